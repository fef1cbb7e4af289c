package io.coralml.allure;

import io.coralml.allure.Outcome.Failure;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Reads the XML that Surefire and Failsafe leave. These files, not the rendered report, decide
 * whether the build passes: Maven's own test plugins wrote them, so nothing that goes wrong on the
 * way to the report can hide a failure.
 */
final class TestReports {
  private static final int LONGEST_MESSAGE = 300;

  private TestReports() {}

  /** Reads {@code TEST-*.xml} files. A file that cannot be read counts as a failure. */
  static Outcome read(String module, List<Path> files) {
    Outcome outcome = Outcome.none();
    for (Path file : files) {
      Optional<Element> suite = root(file);
      outcome =
          outcome.plus(
              suite.isPresent()
                  ? suite(module, suite.get())
                  : Outcome.none().plus(unreadable(module, file)));
    }
    return outcome;
  }

  /**
   * Reads {@code failsafe-summary.xml}: what XML per class cannot tell, a JVM that died or ran out
   * of time.
   *
   * @return the number of completed tests, and the failures that no test stands for
   */
  static Outcome summary(String module, Path file) {
    Optional<Element> summary = root(file);
    if (summary.isEmpty()) {
      return Outcome.none().plus(unreadable(module, file));
    }
    Element root = summary.get();
    int completed = number(text(root, "completed"));
    Outcome outcome = new Outcome(completed, 0, List.of());
    if (Boolean.parseBoolean(root.getAttribute("timeout"))) {
      outcome = outcome.plus(new Failure(module, "benchmarks", "the measuring JVM ran too long"));
    }
    String message = firstLine(text(root, "failureMessage"));
    if (!message.isEmpty()) {
      outcome =
          outcome.plus(new Failure(module, "benchmarks", "the measuring JVM failed: " + message));
    }
    return outcome;
  }

  private static Outcome suite(String module, Element suite) {
    NodeList cases = suite.getElementsByTagName("testcase");
    int skipped = 0;
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < cases.getLength(); i++) {
      Element testcase = (Element) cases.item(i);
      Optional<Element> reason = child(testcase, "failure").or(() -> child(testcase, "error"));
      if (reason.isPresent()) {
        failures.add(new Failure(module, name(testcase), message(reason.get())));
      } else if (child(testcase, "skipped").isPresent()) {
        skipped++;
      }
    }
    return new Outcome(cases.getLength(), skipped, failures);
  }

  private static String name(Element testcase) {
    String className = testcase.getAttribute("classname");
    String method = testcase.getAttribute("name");
    return method.isEmpty() ? className : className + "." + method;
  }

  private static String message(Element reason) {
    String message = firstLine(reason.getAttribute("message"));
    return message.isEmpty() ? firstLine(reason.getTextContent()) : message;
  }

  static String firstLine(String text) {
    String line = text.strip().lines().map(String::strip).findFirst().orElse("");
    return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "…";
  }

  private static Failure unreadable(String module, Path file) {
    return new Failure(
        module, file.getFileName().toString(), "this report cannot be read: " + file);
  }

  private static int number(String text) {
    return text.strip().matches("\\d{1,9}") ? Integer.parseInt(text.strip()) : 0;
  }

  private static String text(Element parent, String name) {
    return child(parent, name).map(Node::getTextContent).orElse("");
  }

  private static Optional<Element> child(Element parent, String name) {
    for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n instanceof Element element && element.getTagName().equals(name)) {
        return Optional.of(element);
      }
    }
    return Optional.empty();
  }

  /** Parses a file; empty when it is cut short or no XML, as a JVM that died may leave it. */
  private static Optional<Element> root(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      Document document = builder.parse(in);
      return Optional.of(document.getDocumentElement());
    } catch (java.io.IOException
        | org.xml.sax.SAXException
        | javax.xml.parsers.ParserConfigurationException e) {
      return Optional.empty();
    }
  }
}
