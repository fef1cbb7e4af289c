package io.coralml.junit.engine;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run stands on: processor, memory, operating system, JVM, flags, collector, agents and the
 * commit. Read from files and beans only; no process is started. What cannot be read is left out.
 */
final class Environment {
  private Environment() {}

  static SortedMap<String, String> capture(Path folder) {
    SortedMap<String, String> facts = new TreeMap<>();
    Runtime runtime = Runtime.getRuntime();
    List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
    facts.put("cpu_model", cpuModel());
    facts.put("cpu_cores", Integer.toString(runtime.availableProcessors()));
    facts.put("heap_max_bytes", Long.toString(runtime.maxMemory()));
    facts.put("os", property("os.name") + " " + property("os.version") + " " + property("os.arch"));
    facts.put("jvm", property("java.vm.name") + " " + property("java.vm.version"));
    facts.put("jvm_vendor", property("java.vm.vendor"));
    facts.put("java_version", property("java.version"));
    facts.put("jvm_flags", String.join(" ", flags));
    facts.put("gc", collectors());
    facts.put("agents", String.join(" ", agents(flags)));
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os) {
      facts.put("memory_bytes", Long.toString(os.getTotalMemorySize()));
      double load = os.getSystemLoadAverage();
      if (load >= 0) {
        facts.put("load_1min", String.format(Locale.ROOT, "%.2f", load));
      }
    }
    firstLine(Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"))
        .ifPresent(governor -> facts.put("cpu_governor", governor));
    firstLine(Path.of("/sys/fs/cgroup/cpu.max"))
        .ifPresent(limit -> facts.put("container_cpu_limit", limit));
    firstLine(Path.of("/sys/fs/cgroup/memory.max"))
        .ifPresent(limit -> facts.put("container_memory_limit", limit));
    commit(folder).ifPresent(commit -> facts.put("git_commit", commit));
    return facts;
  }

  /**
   * Returns the agents in this JVM that change how fast code runs: debuggers, coverage, weaving.
   */
  static List<String> agents(List<String> flags) {
    return flags.stream()
        .filter(
            flag ->
                flag.startsWith("-javaagent:")
                    || flag.startsWith("-agentlib:")
                    || flag.startsWith("-agentpath:")
                    || flag.startsWith("-Xrunjdwp"))
        .map(flag -> flag.replaceAll("=.*", ""))
        .collect(Collectors.toList());
  }

  private static String collectors() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .map(GarbageCollectorMXBean::getName)
        .collect(Collectors.joining(", "));
  }

  private static String cpuModel() {
    Path file = Path.of("/proc/cpuinfo");
    if (Files.isReadable(file)) {
      try (Stream<String> lines = Files.lines(file)) {
        Optional<String> model =
            lines
                .filter(line -> line.startsWith("model name") || line.startsWith("Model"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst();
        if (model.isPresent()) {
          return model.get();
        }
      } catch (IOException | java.io.UncheckedIOException e) {
        return property("os.arch") + " (cpuinfo is not readable)";
      }
    }
    return property("os.arch");
  }

  /** Returns the commit that HEAD names in the repository around {@code folder}. */
  static Optional<String> commit(Path folder) {
    for (Path here = folder.toAbsolutePath(); here != null; here = here.getParent()) {
      Path git = here.resolve(".git");
      if (Files.isRegularFile(git)) {
        Path place = here;
        return firstLine(git)
            .filter(line -> line.startsWith("gitdir:"))
            .flatMap(line -> resolveHead(place.resolve(line.substring(7).trim())));
      }
      if (Files.isDirectory(git)) {
        return resolveHead(git);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> resolveHead(Path git) {
    Optional<String> head = firstLine(git.resolve("HEAD"));
    if (head.isEmpty() || !head.get().startsWith("ref:")) {
      return head;
    }
    String ref = head.get().substring(4).trim();
    // The refs of a linked worktree lie in the main repository.
    Path common =
        firstLine(git.resolve("commondir")).map(dir -> git.resolve(dir).normalize()).orElse(git);
    return firstLine(common.resolve(ref)).or(() -> packed(common.resolve("packed-refs"), ref));
  }

  private static Optional<String> packed(Path file, String ref) {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.endsWith(" " + ref))
          .map(line -> line.substring(0, line.indexOf(' ')))
          .findFirst();
    } catch (IOException | java.io.UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /** Returns the first line of a small file; nothing when it cannot be read. */
  static Optional<String> firstLine(Path file) {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines.findFirst().map(String::trim).filter(line -> !line.isEmpty());
    } catch (IOException | java.io.UncheckedIOException e) {
      return Optional.empty();
    }
  }

  private static String property(String key) {
    return System.getProperty(key, "unknown");
  }
}
