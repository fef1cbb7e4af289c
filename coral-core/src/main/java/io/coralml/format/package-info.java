/**
 * Floor 3: the files people keep their models in, each opened lazily as a {@link
 * io.coralml.format.TensorFile} and written where it makes sense.
 *
 * <p>May use {@link io.coralml.io}, {@link io.coralml.tensor} and the exceptions of {@link
 * io.coralml}. Every format is specified in the Javadoc of its class, together with what of it is
 * refused. Whatever a file claims is checked against what it holds before anything is allocated.
 */
@NullMarked
package io.coralml.format;

import org.jspecify.annotations.NullMarked;
