/**
 * What becomes of results: the {@link io.coralml.junit.report.Reporter} interface and those that
 * implement it. Depends on the API and on {@link io.coralml.junit.stats} only.
 */
@NullMarked
package io.coralml.junit.report;

import org.jspecify.annotations.NullMarked;
