package io.coralml.perf;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A model of f32 in training: every pass changes every weight a little, in place. Its tensors are
 * views of what changes, as those of an engine are. For one thread, but for the parts of a pass.
 */
final class TrainedNetwork {
  private final List<ByteBuffer> buffers = new ArrayList<>();
  private final Map<String, Tensor> weights = new LinkedHashMap<>();
  private final SplittableRandom random;

  /**
   * @param extents of each tensor
   */
  TrainedNetwork(int tensors, long seed, long... extents) {
    random = new SplittableRandom(seed);
    Shape shape = Shape.of(extents);
    for (int i = 0; i < tensors; i++) {
      ByteBuffer buffer =
          ByteBuffer.allocate((int) shape.elements() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int at = 0; at < buffer.capacity(); at += Float.BYTES) {
        buffer.putFloat(at, (float) (random.nextDouble() - 0.5) / 16);
      }
      buffers.add(buffer);
      weights.put("layer." + i, Tensor.of(DType.F32, shape, buffer));
    }
  }

  /** Returns the tensors by name; they change with each pass. */
  Map<String, Tensor> weights() {
    return Collections.unmodifiableMap(weights);
  }

  /** Returns how far weights move in the next pass. */
  float nextRate() {
    return (float) (1e-5 * random.nextDouble());
  }

  /** One pass over all weights. */
  void update() {
    update(0, 1, nextRate());
  }

  /** One pass over the part of the tensors that falls to one of so many threads. */
  void update(int part, int parts, float rate) {
    for (int i = part; i < buffers.size(); i += parts) {
      ByteBuffer buffer = buffers.get(i);
      for (int at = 0; at < buffer.capacity(); at += Float.BYTES) {
        float weight = buffer.getFloat(at);
        buffer.putFloat(at, weight - rate * (weight * weight - 0.01f));
      }
    }
  }

  /** Passes until so much time is over; at least one. Returns how many. */
  int train(long millis) {
    long begun = System.nanoTime();
    int passes = 0;
    do {
      update();
      passes++;
    } while (System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(millis));
    return passes;
  }

  /** Returns the weights as they are now. */
  Map<String, Tensor> copy() {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    weights.forEach(
        (name, tensor) -> {
          ByteBuffer copy = ByteBuffer.allocate((int) tensor.byteLength());
          tensor.read(0, copy);
          copies.put(name, Tensor.of(tensor.dtype(), tensor.shape(), copy.flip()));
        });
    return copies;
  }
}
