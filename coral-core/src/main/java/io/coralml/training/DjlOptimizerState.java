package io.coralml.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.Pair;
import io.coralml.InvalidInputException;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an optimiser of the Deep Java Library remembers from step to step. The library (0.35) gives
 * no access to it, so it is read from the optimisers' fields: every map from a parameter's id to an
 * array per device, and how often each parameter was updated. Holds for all optimisers of that
 * version and for others built like them; one that keeps arrays elsewhere is not restored.
 */
final class DjlOptimizerState {
  private static final String PREFIX = "optimizer.";
  private static final String COUNTS = PREFIX + "update_counts";

  private final Optimizer optimizer;
  private final Field counts;
  private final Field newest;
  private final Map<String, Field> arrays = new LinkedHashMap<>();

  DjlOptimizerState(Optimizer optimizer) {
    this.optimizer = optimizer;
    this.counts = open(Optimizer.class, "updateCounts");
    this.newest = open(Optimizer.class, "numUpdate");
    for (Class<?> type = optimizer.getClass();
        type != null && type != Optimizer.class;
        type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (field
            .getGenericType()
            .getTypeName()
            .equals(
                "java.util.Map<java.lang.String, java.util.Map<ai.djl.Device,"
                    + " ai.djl.ndarray.NDArray>>")) {
          arrays.put(field.getName(), open(type, field.getName()));
        }
      }
    }
  }

  private static Field open(Class<?> type, String name) {
    try {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new InvalidInputException(
          "The optimiser's state cannot be reached ("
              + e
              + "); use ai.djl 0.35, on the class path.",
          e);
    }
  }

  private Object get(Field field) {
    try {
      return field.get(optimizer);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("The field was made accessible.", e);
    }
  }

  @SuppressWarnings("unchecked") // the field's generic type was compared
  private Map<String, Map<Device, NDArray>> arrays(Field field) {
    return (Map<String, Map<Device, NDArray>>) get(field);
  }

  @SuppressWarnings("unchecked") // as it is declared in the library
  private Map<String, Integer> counts() {
    return (Map<String, Integer>) get(counts);
  }

  /** Returns the state as tensors, by the parameters' names; views that change as it does. */
  Map<String, TensorSource> tensors(Trainer trainer) {
    Map<String, TensorSource> tensors = new LinkedHashMap<>();
    List<Pair<String, Parameter>> parameters = parameters(trainer);
    long[] updates = new long[parameters.size() + 1];
    updates[0] = (Integer) get(newest);
    for (int i = 0; i < parameters.size(); i++) {
      String id = parameters.get(i).getValue().getId();
      updates[i + 1] = counts().getOrDefault(id, -1);
      String name = parameters.get(i).getKey();
      arrays.forEach(
          (field, access) -> {
            Map<Device, NDArray> perDevice = arrays(access).getOrDefault(id, Map.of());
            perDevice.values().stream()
                .findFirst()
                .ifPresent(
                    array -> tensors.put(PREFIX + field + "." + name, DjlArrays.source(array)));
          });
    }
    tensors.put(COUNTS, Tensor.of(updates));
    return tensors;
  }

  /** Sets the state to what was saved; arrays belong to the trainer from then on. */
  void restore(Trainer trainer, Map<String, TensorSource> tensors) {
    List<Pair<String, Parameter>> parameters = parameters(trainer);
    TensorSource saved = tensors.get(COUNTS);
    if (saved == null || saved.shape().elements() != parameters.size() + 1) {
      throw new InvalidInputException(
          "The checkpoint holds no optimiser's state for this network; restore the weights alone.");
    }
    long[] updates = new long[parameters.size() + 1];
    Tensor.copyOf(saved).data().asLongBuffer().get(updates);
    try {
      newest.setInt(optimizer, (int) updates[0]);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("The field was made accessible.", e);
    }
    counts().clear();
    arrays.values().forEach(field -> arrays(field).clear());
    for (int i = 0; i < parameters.size(); i++) {
      String id = parameters.get(i).getValue().getId();
      if (updates[i + 1] >= 0) {
        counts().put(id, (int) updates[i + 1]);
      }
      for (Map.Entry<String, Field> field : arrays.entrySet()) {
        String name = PREFIX + field.getKey() + "." + parameters.get(i).getKey();
        TensorSource tensor = tensors.get(name);
        if (tensor != null) {
          Map<Device, NDArray> perDevice = new ConcurrentHashMap<>();
          for (Device device : trainer.getDevices()) {
            NDArray like = parameters.get(i).getValue().getArray().toDevice(device, false);
            NDArray array = like.zerosLike();
            array.attach(trainer.getManager());
            DjlArrays.set(name, array, tensor);
            perDevice.put(device, array);
          }
          arrays(field.getValue()).put(id, perDevice);
        }
      }
    }
  }

  private static List<Pair<String, Parameter>> parameters(Trainer trainer) {
    List<Pair<String, Parameter>> all = new ArrayList<>();
    trainer.getModel().getBlock().getParameters().forEach(all::add);
    return all;
  }
}
