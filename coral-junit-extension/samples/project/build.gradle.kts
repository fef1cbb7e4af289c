// The same project for Gradle: `gradle test`, or measured: `gradle test -Dcoral.profile=quick`.
plugins {
    java
}

repositories {
    mavenLocal()
    mavenCentral()
}

dependencies {
    testImplementation("io.coralml:coral-junit-extension:0.1.0-SNAPSHOT")
    testImplementation("org.junit.jupiter:junit-jupiter:5.14.4")
    testRuntimeOnly("org.junit.platform:junit-platform-launcher")
}

tasks.withType<JavaCompile> {
    options.release = 17
    options.compilerArgs.add("-parameters")
}

tasks.test {
    useJUnitPlatform()
    // Gradle does not hand its own system properties on to the tests by itself.
    systemProperties(System.getProperties().filterKeys { it.toString().startsWith("coral.") }.mapKeys { it.key.toString() })
    jvmArgs(
        "-Xms1g", "-Xmx1g",
        "-XX:+UnlockDiagnosticVMOptions", "-XX:+UnlockExperimentalVMOptions", "-XX:CompileCommand=quiet",
        "-XX:CompileCommand=blackhole,io.coralml.junit.Blackhole::swallow",
    )
}
