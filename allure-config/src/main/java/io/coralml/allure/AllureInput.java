package io.coralml.allure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The one folder Allure renders from: the results of all modules of this run, each told which
 * module it comes from.
 *
 * <p>Benchmarks bring their own epic, feature and story. A plain test gets its module, its package
 * and its class instead, so that the tree of behaviours has a place for everything.
 */
final class AllureInput {
  private final Path folder;
  private final ObjectMapper json = new ObjectMapper();

  /** Starts with an empty folder. */
  AllureInput(Path folder) {
    this.folder = Folders.empty(folder);
  }

  /** Returns the folder. */
  Path folder() {
    return folder;
  }

  /** Adds a file that concerns the whole run. */
  void add(String name, byte[] content) {
    Folders.write(folder.resolve(name), content);
  }

  /**
   * Adds the results of a module.
   *
   * @return how many test results there were
   */
  int add(ModuleOutput module) {
    int results = 0;
    for (Path file : module.allureFiles()) {
      String name = file.getFileName().toString();
      try {
        if (name.endsWith("-result.json")) {
          JsonNode result = json.readTree(Files.readAllBytes(file));
          if (result instanceof ObjectNode test) {
            label(test, module.name());
            add(name, json.writeValueAsBytes(test));
            results++;
          }
        } else {
          add(name, Files.readAllBytes(file));
        }
      } catch (IOException e) {
        throw new ReportException("The test result " + file + " cannot be read (" + e + ").", e);
      }
    }
    return results;
  }

  /** Adds the metrics of a module, which Allure 3 shows as trends. */
  void addMetrics(ModuleOutput module) {
    for (Path file : module.performance()) {
      try {
        add(file.getFileName().toString(), Files.readAllBytes(file));
      } catch (IOException e) {
        throw new ReportException("The metrics " + file + " cannot be read (" + e + ").", e);
      }
    }
  }

  private static void label(ObjectNode test, String module) {
    ArrayNode labels =
        test.get("labels") instanceof ArrayNode array ? array : test.putArray("labels");
    Set<String> present = new HashSet<>();
    String packageName = "";
    String testClass = "";
    for (JsonNode label : labels) {
      String name = label.path("name").asText();
      present.add(name);
      packageName = name.equals("package") ? label.path("value").asText() : packageName;
      testClass = name.equals("testClass") ? label.path("value").asText() : testClass;
    }
    add(labels, "module", module);
    if (!present.contains("parentSuite")) {
      add(labels, "parentSuite", module);
    }
    if (!present.contains("epic") && !present.contains("feature")) {
      List<String> parts = List.of(testClass.split("\\."));
      String className = parts.get(parts.size() - 1);
      String folder =
          parts.size() > 1 ? String.join(".", parts.subList(0, parts.size() - 1)) : packageName;
      add(labels, "epic", module);
      add(labels, "feature", folder.isEmpty() ? module : folder);
      if (!className.isEmpty()) {
        add(labels, "story", className.replace('$', '.'));
      }
    }
  }

  private static void add(ArrayNode labels, String name, String value) {
    labels.addObject().put("name", name).put("value", value);
  }
}
