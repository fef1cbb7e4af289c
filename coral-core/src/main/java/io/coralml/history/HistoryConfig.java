package io.coralml.history;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.io.Storage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;

/**
 * The file of settings, in git's form: what stock git must know to read the history, and the
 * section {@code [coral]}. Changing it is for the one who holds the history's lock.
 */
final class HistoryConfig {
  private static final String SECTION = "coral";
  private static final String VERSION = "version";
  private static final int FORMAT_VERSION = 1;
  private static final int MAX_BYTES = 1 << 20;

  private final Storage storage;

  HistoryConfig(Storage storage) {
    this.storage = storage;
  }

  /** Writes the settings of a new history. */
  void create() {
    Config config = new Config();
    config.setInt("core", null, "repositoryformatversion", 0);
    config.setBoolean("core", null, "filemode", false);
    config.setBoolean("core", null, "bare", true);
    config.setBoolean("core", null, "logallrefupdates", true);
    config.setInt("gc", null, "auto", 0);
    config.setInt(SECTION, null, VERSION, FORMAT_VERSION);
    write(config);
  }

  /**
   * Checks that this program can read the history.
   *
   * @throws InvalidInputException if it was written by a later version
   */
  void requireKnownVersion() {
    int version = version(read());
    if (version != FORMAT_VERSION) {
      throw new InvalidInputException(
          "The repository has format version "
              + version
              + ", and this program knows version "
              + FORMAT_VERSION
              + "; use a program that knows it.");
    }
  }

  private static int version(Config config) {
    if (config.getString(SECTION, null, VERSION) == null) {
      throw new CorruptDataException(
          "The repository's file 'config' does not say its format; put the lines '[coral]' and"
              + " 'version = "
              + FORMAT_VERSION
              + "' back into it.");
    }
    try {
      return config.getInt(SECTION, null, VERSION, FORMAT_VERSION);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(
          "The repository's file 'config' has a version that is no number; correct it by hand.", e);
    }
  }

  private Config read() {
    Config config = new Config();
    try {
      config.fromText(
          StandardCharsets.UTF_8.decode(storage.readAll(History.CONFIG, MAX_BYTES)).toString());
      return config;
    } catch (ConfigInvalidException | IllegalArgumentException e) {
      throw new CorruptDataException(
          "The repository's file 'config' is not in git's form; correct it by hand.", e);
    }
  }

  private void write(Config config) {
    byte[] text = config.toText().getBytes(StandardCharsets.UTF_8);
    storage.write(History.CONFIG, ByteBuffer.wrap(text));
  }

  /** Returns the settings of section {@code [coral]}, keys in lower case. */
  SortedMap<String, String> settings() {
    Config config = read();
    SortedMap<String, String> settings = new TreeMap<>();
    for (String key : config.getNames(SECTION)) {
      String value = config.getString(SECTION, null, key);
      settings.put(key, value == null ? "" : value);
    }
    return settings;
  }

  /** Changes some of them, or removes them where there is no value: all at once or none. */
  void set(Map<String, Optional<String>> changes) {
    Config config = read();
    changes.forEach(
        (key, value) ->
            value.ifPresentOrElse(
                text -> config.setString(SECTION, null, key, text),
                () -> config.unset(SECTION, null, key)));
    write(config);
  }
}
