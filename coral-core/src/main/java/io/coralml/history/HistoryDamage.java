package io.coralml.history;

import java.util.Optional;

/**
 * Something that is wrong with the objects of a history.
 *
 * @param what a sentence
 * @param rebuildable the pack, relative to the storage, from which the index that is damaged can be
 *     made anew; nothing where it is the objects themselves
 */
public record HistoryDamage(String what, Optional<String> rebuildable) {}
