package io.coralml.junit.engine;

import org.junit.platform.engine.support.store.Namespace;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Puts the {@link Plan} where the extension finds it. Registered by the service loader. */
public final class SessionListener implements LauncherSessionListener {
  /** For the service loader, which creates it. */
  public SessionListener() {}

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Plan plan = new Plan();
    session.getLauncher().registerTestExecutionListeners(plan);
    session.getStore().put(Namespace.create(Run.NAME), Plan.class, plan);
  }
}
