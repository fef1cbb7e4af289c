package io.coralml.junit;

import java.nio.file.Path;

/**
 * A file that belongs to a result: a recording of a profiler, the output of a fork.
 *
 * @param name what it is, for a person
 * @param mediaType for instance {@code text/plain}
 * @param file where it lies
 */
public record Attachment(String name, String mediaType, Path file) {}
