package io.coralml.format;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The reader of safetensors, fuzzed,")
class SafetensorsFuzzTest {
  @FuzzTest(maxDuration = "60s")
  @DisplayName("reads a file or refuses it in a sentence, whatever the bytes")
  void reads(byte[] input) {
    Fuzzed.read(input, ".safetensors", Safetensors::open);
  }
}
