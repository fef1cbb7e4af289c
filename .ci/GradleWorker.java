import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * Runs test classes as the worker process of Gradle does: class by class handed to JUnit's launcher, in one session, in
 * a JVM whose class path came in a file of options and whose property {@code org.gradle.test.worker} is set. Started by
 * {@code .ci/walk} from this source.
 */
class GradleWorker {
  public static void main(String[] names) throws ClassNotFoundException {
    if (System.getProperty("org.gradle.test.worker") == null) {
      throw new IllegalStateException("Set org.gradle.test.worker, as Gradle does.");
    }
    List<DiscoverySelector> selectors = new ArrayList<>();
    for (String name : names) {
      selectors.add(selectClass(Class.forName(name)));
    }
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    try (LauncherSession session = LauncherFactory.openSession()) {
      session
          .getLauncher()
          .execute(LauncherDiscoveryRequestBuilder.request().selectors(selectors).build(), listener);
    }
    listener.getSummary().printFailuresTo(new PrintWriter(System.out));
    System.out.println("Tests passed: " + listener.getSummary().getTestsSucceededCount());
    System.exit(listener.getSummary().getTotalFailureCount() == 0 ? 0 : 1);
  }
}
