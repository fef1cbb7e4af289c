/**
 * Floor 4: tensors by identity, over packs. Exact dedup before encoding, deltas against a base that
 * a {@link io.coralml.store.BaseSelector} chooses, verification of everything that is read, merging
 * of packs, and removal of what nobody reaches.
 *
 * <p>Depends on {@code pack}, {@code codec}, {@code io} and {@code tensor}. Knows nothing of names,
 * commits or branches. The pack format is specified in {@link io.coralml.pack.PackFormat}, the
 * cache of packs in {@link io.coralml.store.PackIndex}.
 */
@NullMarked
package io.coralml.store;

import org.jspecify.annotations.NullMarked;
