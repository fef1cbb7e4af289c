/**
 * The step that renders the report: gathers what every module left of this run, adds categories,
 * environment, executor and history, calls Allure's own generator, and answers whether the build
 * may pass. Depends on files only, on no other module.
 */
@NullMarked
package io.coralml.allure;

import org.jspecify.annotations.NullMarked;
