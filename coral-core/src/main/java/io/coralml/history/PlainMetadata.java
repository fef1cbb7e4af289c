package io.coralml.history;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads a commit's metadata where it is ASCII without escapes, as nearly all is. Whatever else it
 * meets it leaves to the JSON library, whose loading takes longer than most commands.
 */
final class PlainMetadata {
  private static final String BEGIN = "{\"version\":1,\"commit\":";
  private static final String MIDDLE = ",\"model\":";
  private static final String END = "}\n";

  private final String text;
  private int at;
  private boolean plain = true;

  private PlainMetadata(String text) {
    this.text = text;
  }

  /** Returns what the file says, or nothing if the JSON library must look at it. */
  static Optional<CommitMetadata> read(byte[] bytes) {
    for (int i = 0; i < bytes.length - 1; i++) {
      // Signed: what begins a character of several bytes is below the blank, too.
      if (bytes[i] < ' ' || bytes[i] == '\\') {
        return Optional.empty();
      }
    }
    return new PlainMetadata(new String(bytes, StandardCharsets.ISO_8859_1)).read();
  }

  private Optional<CommitMetadata> read() {
    expect(BEGIN);
    SortedMap<String, String> commit = strings();
    expect(MIDDLE);
    SortedMap<String, String> model = strings();
    expect(END); // Only the last byte can be a new line, so nothing follows.
    return plain ? Optional.of(new CommitMetadata(commit, model)) : Optional.empty();
  }

  private SortedMap<String, String> strings() {
    SortedMap<String, String> values = new TreeMap<>();
    expect("{");
    if (!skip("}")) {
      do {
        String key = string();
        expect(":");
        values.put(key, string());
      } while (skip(","));
      expect("}");
    }
    return values;
  }

  private String string() {
    expect("\"");
    int end = text.indexOf('"', at);
    if (end < 0) {
      plain = false;
      return "";
    }
    String string = text.substring(at, end);
    at = end + 1;
    return string;
  }

  private void expect(String part) {
    plain &= skip(part);
  }

  private boolean skip(String part) {
    boolean there = text.startsWith(part, at);
    at += there ? part.length() : 0;
    return there;
  }
}
