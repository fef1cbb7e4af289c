package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.ProfileSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds the active profile: the one {@code coral.profile} names; without it, functional under a
 * build tool and quick anywhere else, such as in an IDE.
 *
 * <p>A custom profile needs no code: {@code coral.profile=nightly} with {@code
 * coral.profile.nightly.extends=full} takes everything from full but what {@code
 * coral.profile.nightly.budget}, {@code .benchmark-time}, {@code .repetitions}, {@code .forks} and
 * {@code .scale} say otherwise. The same keys without the profile's name ({@code coral.budget} and
 * so on) win over every profile.
 */
final class Profiles {
  static final String KEY = "coral.profile";
  static final long DEFAULT_SEED = 20_240_229L;

  private final Options options;
  private final boolean underBuildTool;

  Profiles(Options options, boolean underBuildTool) {
    this.options = options;
    this.underBuildTool = underBuildTool;
  }

  ProfileSettings active() {
    Optional<String> chosen = options.text(KEY);
    String name =
        chosen
            .map(text -> text.toLowerCase(Locale.ROOT))
            .orElse(
                underBuildTool ? BenchmarkProfile.FUNCTIONAL.key() : BenchmarkProfile.QUICK.key());
    ProfileSettings base = defaults(base(name));
    Duration budget = setting(name, "budget").map(this::duration).orElse(base.budget());
    Duration each =
        setting(name, "benchmark-time").map(this::duration).orElse(base.benchmarkTime());
    return new ProfileSettings(
        name,
        base.profile(),
        options.number("coral.seed", DEFAULT_SEED, Long.MIN_VALUE, Long.MAX_VALUE),
        budget,
        each,
        count(name, "repetitions", base.repetitions(), 1),
        count(name, "forks", base.forks(), 0),
        count(name, "scale", base.scale(), 1),
        options.integer("coral.benchmark.workers", base.workers(), 1));
  }

  private BenchmarkProfile base(String name) {
    Optional<BenchmarkProfile> builtIn = builtIn(name);
    if (builtIn.isPresent()) {
      return builtIn.get();
    }
    String key = KEY + "." + name + ".extends";
    String parent = options.text(key).orElseThrow(() -> unknown(name, key));
    return builtIn(parent.toLowerCase(Locale.ROOT))
        .orElseThrow(
            () ->
                new BenchmarkException(
                    "The option "
                        + key
                        + " is \""
                        + parent
                        + "\"; it must be one of "
                        + names()
                        + "."));
  }

  private static BenchmarkException unknown(String name, String key) {
    return new BenchmarkException(
        "There is no profile \""
            + name
            + "\" ("
            + KEY
            + "): use one of "
            + names()
            + ", or define it with "
            + key
            + "=quick.");
  }

  private static Optional<BenchmarkProfile> builtIn(String name) {
    return Arrays.stream(BenchmarkProfile.values())
        .filter(profile -> profile.key().equals(name))
        .findFirst();
  }

  private static String names() {
    return Arrays.stream(BenchmarkProfile.values())
        .map(BenchmarkProfile::key)
        .collect(Collectors.joining(", "));
  }

  private Optional<Setting> setting(String profile, String what) {
    String own = KEY + "." + profile + "." + what;
    String general = "coral." + what;
    return options
        .text(general)
        .map(text -> new Setting(general, text))
        .or(() -> options.text(own).map(text -> new Setting(own, text)));
  }

  private Duration duration(Setting setting) {
    return Options.parseDuration(setting.key, setting.text);
  }

  private int count(String profile, String what, int fallback, int least) {
    return setting(profile, what)
        .map(setting -> options.integer(setting.key, fallback, least))
        .orElse(fallback);
  }

  private static ProfileSettings defaults(BenchmarkProfile profile) {
    return switch (profile) {
      case FUNCTIONAL -> settings(profile, 0, 0, 1, 0, 1);
      case QUICK -> settings(profile, 60, 2, 3, 0, 1);
      case STANDARD -> settings(profile, 300, 5, 5, 0, 2);
      case FULL -> settings(profile, 600, 10, 7, 2, 4);
      case COMPREHENSIVE -> settings(profile, 1500, 20, 10, 3, 8);
    };
  }

  private static ProfileSettings settings(
      BenchmarkProfile profile,
      int budgetSeconds,
      int seconds,
      int repetitions,
      int forks,
      int scale) {
    return new ProfileSettings(
        profile.key(),
        profile,
        DEFAULT_SEED,
        Duration.ofSeconds(budgetSeconds),
        Duration.ofSeconds(seconds),
        repetitions,
        forks,
        scale,
        Runtime.getRuntime().availableProcessors());
  }

  private record Setting(String key, String text) {}
}
