/**
 * The two documents that a measured run leaves beside {@code results.json}: {@code
 * PERFORMANCE_QA_REPORT.md}, also attached in Allure, and {@code BENCHMARKS.md}. The latter, from a
 * standard run on a quiet machine, is kept at this module's root.
 *
 * <p>Every sentence is computed from {@code results.json}, whose form {@link
 * io.coralml.junit.report.ResultJson} specifies; nothing is known here that is not in it, but for
 * the list of categories and their pass lines in {@link io.coralml.perf.qa.Category}, the
 * original's figures in {@link io.coralml.perf.report.OriginalFigure}, and how often laws were
 * tried by the same build, {@link io.coralml.perf.report.PropertyRun}.
 */
@NullMarked
package io.coralml.perf.report;

import org.jspecify.annotations.NullMarked;
