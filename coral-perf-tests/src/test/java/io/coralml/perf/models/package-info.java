/**
 * The models that the suites store: architectures with PyTorch's default initialisation, the ways
 * in which models come to resemble each other, and real weights. Everything synthetic is a function
 * of a seed, the same on every JDK, and comes with its limit: the entropy in bytes of the process
 * that made it, computed from formulas and never from an encoder.
 */
@NullMarked
package io.coralml.perf.models;

import org.jspecify.annotations.NullMarked;
