package io.coralml.repository;

import io.coralml.history.Quoted;
import java.util.Collection;
import java.util.stream.Collectors;

/** A few names of many, for a message. */
final class Listing {
  private static final int SHOWN = 5;

  private Listing() {}

  static String of(Collection<String> names) {
    String shown = names.stream().limit(SHOWN).map(Quoted::name).collect(Collectors.joining(", "));
    return names.size() > SHOWN ? shown + " and " + (names.size() - SHOWN) + " more" : shown;
  }
}
