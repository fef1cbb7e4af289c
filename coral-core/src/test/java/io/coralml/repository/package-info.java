@NullMarked
package io.coralml.repository;

import org.jspecify.annotations.NullMarked;
