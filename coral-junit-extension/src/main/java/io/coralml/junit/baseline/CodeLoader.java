package io.coralml.junit.baseline;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads the code under test and everything that refers to it anew, child first, and shares the
 * rest. {@link BaselineCode} says what is which. A class of the code that was replaced is never
 * taken from the parent: what the baseline does not have is missing here too. Thread-safe.
 */
public final class CodeLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private final Set<String> replaced;
  private final List<String> ownPlaces;

  /**
   * Creates a loader.
   *
   * @param places what is loaded here
   * @param parent has everything else
   * @param replaced classes that are here or nowhere
   * @param hidden places of the parent whose resources are not seen, as the beginning of their URLs
   */
  CodeLoader(URL[] places, ClassLoader parent, Set<String> replaced, List<String> hidden) {
    super("coral-code", places, parent);
    this.replaced = replaced;
    this.ownPlaces = hidden;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (BaselineCode.isShared(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        try {
          loaded = findClass(name);
        } catch (ClassNotFoundException e) {
          if (replaced.contains(name)) {
            throw e;
          }
          loaded = super.loadClass(name, false);
        }
      }
      if (resolve) {
        resolveClass(loaded);
      }
      return loaded;
    }
  }

  @Override
  public @Nullable URL getResource(String name) {
    try {
      Enumeration<URL> all = getResources(name);
      return all.hasMoreElements() ? all.nextElement() : null;
    } catch (IOException e) {
      return null; // as every class loader answers for what cannot be read
    }
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    List<URL> all = new ArrayList<>(Collections.list(findResources(name)));
    for (URL url : Collections.list(getParent().getResources(name))) {
      if (ownPlaces.stream().noneMatch(url.toString()::startsWith)) {
        all.add(url);
      }
    }
    return Collections.enumeration(all);
  }
}
