package io.coralml.allure;

import static io.coralml.allure.Reactor.DURING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The Allure 3 report")
class Allure3Test {
  /** A stand-in for npm's generator: writes what it was asked, and objects when told to. */
  private static final String GENERATOR =
      """
      const fs = require("fs");
      const input = process.argv[process.argv.length - 1];
      if (process.argv[2] === "quality-gate") {
        if (fs.existsSync(input + "/object-result.json")) {
          console.log("Quality Gate failed: 1 rule");
          process.exit(1);
        }
      } else {
        fs.writeFileSync("report/index.html", fs.readdirSync(input).sort().join(" ")
          + " name: " + process.env.CORAL_REPORT_NAME + " input: " + process.env.CORAL_ALLURE_INPUT);
        fs.appendFileSync(process.env.CORAL_ALLURE_HISTORY, "run\\n");
      }
      """;

  @TempDir Path folder;
  private Reactor reactor;
  private String printed = "";

  @BeforeEach
  void reactor() {
    boolean node =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(place -> Files.isExecutable(Path.of(place, "node")));
    assumeTrue(node, "Node.js is not installed");
    reactor = new Reactor(folder);
    reactor
        .allure()
        .passed("core", "ATest", DURING)
        .file("core/target/allure-results/a-result.json", "{}", DURING)
        .file("core/target/coral/performance.json", "[]", DURING)
        .file("allure-config/target/allure3/node_modules/allure/cli.js", GENERATOR, DURING);
  }

  private int run(boolean allure3) {
    RunOptions o = reactor.options("test", "core");
    RunOptions options =
        new RunOptions(
            o.root(),
            o.target(),
            o.allureHome(),
            o.history(),
            o.since(),
            o.modules(),
            o.goals(),
            o.measuringModule(),
            o.profile(),
            allure3);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code =
        new ReportBuild(options, Map.of(), new PrintStream(out, true, StandardCharsets.UTF_8))
            .run();
    printed = out.toString(StandardCharsets.UTF_8);
    return code;
  }

  @Test
  @DisplayName(
      "is rendered from results and metrics by the versioned configuration, with a history")
  void rendered() {
    assertThat(run(true)).isZero();
    Path index = folder.resolve("allure-config/target/allure3/report/index.html");
    assertThat(printed).contains("Allure 3 report: " + index);
    assertThat(index)
        .content()
        .contains("a-result.json", "performance.json", "name: Coral, quick profile");
    assertThat(folder.resolve("allure-config/target/allure3/package.json"))
        .content()
        .contains("\"allure\": \"3.18.0\"");
    assertThat(folder.resolve("allure-config/target/allure3/allurerc.mjs"))
        .content()
        .contains("qualityGate", "historyPath");
    assertThat(folder.resolve(".coral-history/allure3/quick.jsonl")).hasContent("run");
  }

  @Test
  @DisplayName("fails the build when its quality gate objects, and is rendered all the same")
  void gate() {
    reactor.file("core/target/allure-results/object-result.json", "{}", DURING);
    assertThat(run(true)).isEqualTo(1);
    assertThat(printed).contains("FAILED quality gate of Allure 3", "Quality Gate failed: 1 rule");
    assertThat(folder.resolve("allure-config/target/allure3/report/index.html")).exists();
  }

  @Test
  @DisplayName("that cannot be made is said in one sentence, and the other report stays")
  void broken() {
    reactor.file(
        "allure-config/target/allure3/node_modules/allure/cli.js",
        "console.log('no such command'); process.exit(2);",
        DURING);
    assertThat(run(true)).isEqualTo(3);
    assertThat(printed)
        .contains("No Allure 3 report: allure generate failed with exit code 2", "no such command")
        .contains("Report: ");
  }

  @Test
  @DisplayName("is left out unless it is asked for")
  void notAsked() {
    assertThat(run(false)).isZero();
    assertThat(printed).doesNotContain("Allure 3");
    assertThat(RunOptions.parse(List.of(optionLine())).allure3()).isTrue();
  }

  private String[] optionLine() {
    return new String[] {
      "--root=" + folder,
      "--target=t",
      "--allure-home=a",
      "--history=h",
      "--since=2026-11-02T10:00:00Z",
      "--modules=core",
      "--goals=test",
      "--measuring-module=perf",
      "--profile=quick",
      "--allure3=true"
    };
  }
}
