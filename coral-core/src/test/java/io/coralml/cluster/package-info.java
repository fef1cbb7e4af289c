@NullMarked
package io.coralml.cluster;

import org.jspecify.annotations.NullMarked;
