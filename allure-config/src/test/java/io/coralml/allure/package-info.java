/** Tests of the report step. */
@NullMarked
package io.coralml.allure;

import org.jspecify.annotations.NullMarked;
