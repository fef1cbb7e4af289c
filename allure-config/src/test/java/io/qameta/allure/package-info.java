/** A stand-in for Allure's own program, so that the report step is tested without its 24 MB. */
@NullMarked
package io.qameta.allure;

import org.jspecify.annotations.NullMarked;
