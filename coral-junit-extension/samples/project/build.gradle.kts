// The same project for Gradle, from version 7 on: `gradle test`, or measured: `gradle test -Dcoral.profile=quick`.
plugins {
    java
}

repositories {
    mavenLocal { content { includeGroup("io.coralml") } } // while nothing is published
    mavenCentral()
}

dependencies {
    testImplementation("io.coralml:coral-junit-extension:0.1.0-SNAPSHOT")
    testImplementation("org.junit.jupiter:junit-jupiter:5.14.4")
    testRuntimeOnly("org.junit.platform:junit-platform-launcher")
}

tasks.withType<JavaCompile> {
    options.release.set(17)
    options.compilerArgs.add("-parameters")
}

tasks.test {
    useJUnitPlatform()
    outputs.upToDateWhen { false } // or a second measurement of the same code would not run
    // Gradle does not hand its own system properties on to the tests by itself.
    systemProperties(System.getProperties().filterKeys { it.toString().startsWith("coral.") }.mapKeys { it.key.toString() })
    jvmArgs(
        "-Xms1g", "-Xmx1g",
        "-XX:+UnlockDiagnosticVMOptions", "-XX:+UnlockExperimentalVMOptions", "-XX:CompileCommand=quiet",
        "-XX:CompileCommand=blackhole,io.coralml.junit.Blackhole::swallow",
    )
}
