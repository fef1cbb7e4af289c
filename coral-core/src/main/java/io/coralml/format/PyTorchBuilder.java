package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The few callables that a PyTorch checkpoint may name, and what is made of them here; see {@link
 * PyTorch}.
 */
final class PyTorchBuilder implements Pickle.Builder {
  private static final String UNTYPED = "UntypedStorage";

  private static final Map<String, DType> STORAGES =
      Map.ofEntries(
          Map.entry("DoubleStorage", DType.F64),
          Map.entry("FloatStorage", DType.F32),
          Map.entry("HalfStorage", DType.F16),
          Map.entry("BFloat16Storage", DType.BF16),
          Map.entry("LongStorage", DType.I64),
          Map.entry("IntStorage", DType.I32),
          Map.entry("ShortStorage", DType.I16),
          Map.entry("CharStorage", DType.I8),
          Map.entry("ByteStorage", DType.U8),
          Map.entry("BoolStorage", DType.BOOL),
          Map.entry("ComplexFloatStorage", DType.C64),
          Map.entry("ComplexDoubleStorage", DType.named("C128")));

  private static final Map<String, DType> DTYPES =
      Map.ofEntries(
          Map.entry("float64", DType.F64),
          Map.entry("float32", DType.F32),
          Map.entry("float16", DType.F16),
          Map.entry("bfloat16", DType.BF16),
          Map.entry("float8_e4m3fn", DType.F8_E4M3),
          Map.entry("float8_e5m2", DType.F8_E5M2),
          Map.entry("float8_e4m3fnuz", DType.F8_E4M3FNUZ),
          Map.entry("float8_e5m2fnuz", DType.F8_E5M2FNUZ),
          Map.entry("int64", DType.I64),
          Map.entry("int32", DType.I32),
          Map.entry("int16", DType.I16),
          Map.entry("int8", DType.I8),
          Map.entry("uint64", DType.U64),
          Map.entry("uint32", DType.U32),
          Map.entry("uint16", DType.U16),
          Map.entry("uint8", DType.U8),
          Map.entry("bool", DType.BOOL),
          Map.entry("complex64", DType.C64));

  private final String file;
  private final Map<String, ZipMember> members;
  private final String folder;
  private final boolean bigEndian;

  /**
   * The bytes of one storage.
   *
   * @param bytes where they are
   * @param dtype of its elements; null for plain bytes
   */
  private record Storage(ZipMember bytes, @Nullable DType dtype) {}

  PyTorchBuilder(String file, Map<String, ZipMember> members, String folder, boolean bigEndian) {
    this.file = file;
    this.members = members;
    this.folder = folder;
    this.bigEndian = bigEndian;
  }

  @Override
  public Object call(Pickle.Name callable, List<Object> arguments) {
    return switch (callable.toString()) {
      case "collections.OrderedDict" -> emptyDict(arguments);
      case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" ->
          tensor(arguments, dtypeOf(storage(arguments)));
      case "torch._utils._rebuild_tensor_v3" -> tensor(arguments, named(arguments));
      case "torch._utils._rebuild_parameter" -> argument(arguments, 0);
      case "torch.Size" -> argument(arguments, 0);
      case "torch.device" -> Pickle.None.NONE;
      default ->
          throw new InvalidInputException(
              file
                  + " wants to call "
                  + Quoted.of(callable.toString())
                  + ", and nothing in a checkpoint is executed; save the state dictionary alone, or"
                  + " as safetensors.");
    };
  }

  /** A storage is referred to as ("storage", type, key, device, number of elements). */
  @Override
  public Object reference(Object id) {
    if (!(id instanceof Pickle.Items items)
        || items.values.size() < 5
        || !"storage".equals(items.values.get(0))
        || !(items.values.get(1) instanceof Pickle.Name type)
        || !(items.values.get(2) instanceof String key)
        || !(items.values.get(4) instanceof Long elements)) {
      throw broken("a persistent reference is not a storage");
    }
    DType dtype = STORAGES.get(type.name());
    if (dtype == null && !type.name().equals(UNTYPED)) {
      throw new InvalidInputException(
          file + " has a storage of type " + Quoted.of(type.name()) + ", which is not supported.");
    }
    ZipMember bytes = members.get(folder + "data/" + key);
    if (bytes == null) {
      throw broken("the storage " + Quoted.of(key) + " is missing");
    }
    int width = dtype == null ? 1 : widthOf(dtype);
    if (elements < 0 || bytes.length() % width != 0 || bytes.length() / width != elements) {
      throw broken(
          "the storage "
              + Quoted.of(key)
              + " claims "
              + elements
              + " elements of "
              + width
              + " bytes and holds "
              + bytes.length()
              + " bytes");
    }
    return new Storage(bytes, dtype);
  }

  private static int widthOf(DType dtype) {
    return dtype.isSized() ? dtype.bytes() : 16;
  }

  private Pickle.Dict emptyDict(List<Object> arguments) {
    if (!arguments.isEmpty()) {
      throw broken("an ordered dictionary is not made empty and then filled");
    }
    return new Pickle.Dict();
  }

  private Object argument(List<Object> arguments, int index) {
    if (index >= arguments.size()) {
      throw broken("a call lacks arguments");
    }
    return arguments.get(index);
  }

  private Storage storage(List<Object> arguments) {
    if (!(argument(arguments, 0) instanceof Storage storage)) {
      throw broken("a tensor has no storage");
    }
    return storage;
  }

  private DType dtypeOf(Storage storage) {
    if (storage.dtype == null) {
      throw broken("a tensor does not say its type");
    }
    return storage.dtype;
  }

  /** The seventh argument of the third form is the type itself, torch.NAME. */
  private DType named(List<Object> arguments) {
    DType dtype =
        argument(arguments, 6) instanceof Pickle.Name name && name.module().equals("torch")
            ? DTYPES.get(name.name())
            : null;
    if (dtype == null) {
      throw new InvalidInputException(
          file
              + " has a tensor of type "
              + Quoted.of(String.valueOf(argument(arguments, 6)))
              + ", which is not supported.");
    }
    return dtype;
  }

  private TensorSource tensor(List<Object> arguments, DType dtype) {
    Storage storage = storage(arguments);
    long[] dims = numbers(argument(arguments, 2));
    long[] strides = numbers(argument(arguments, 3));
    if (!(argument(arguments, 1) instanceof Long offset) || strides.length != dims.length) {
      throw broken("a tensor's offset, shape and strides do not belong together");
    }
    int width = widthOf(dtype);
    if (offset < 0 || offset > storage.bytes.length() / width) {
      throw broken("a tensor begins beyond its storage");
    }
    boolean complex = dtype.kind() == DType.Kind.COMPLEX || !dtype.isSized();
    int swapped = !bigEndian ? 1 : complex ? width / 2 : width;
    try {
      Shape shape = Shape.of(dims);
      StridedTensor.Element element = new StridedTensor.Element(dtype, width, swapped);
      return new StridedTensor("a tensor", storage.bytes, offset * width, element, shape, strides);
    } catch (InvalidInputException e) {
      throw new CorruptDataException(message(e.getMessage()), e);
    }
  }

  private long[] numbers(Object value) {
    if (!(value instanceof Pickle.Items items) || items.values.size() > Shape.MAX_RANK) {
      throw broken("a shape is not a tuple of at most " + Shape.MAX_RANK + " numbers");
    }
    return items.values.stream()
        .mapToLong(
            item -> {
              if (!(item instanceof Long number) || number < 0) {
                throw broken("a shape or stride is not a number from 0 on");
              }
              return number;
            })
        .toArray();
  }

  private CorruptDataException broken(String rule) {
    return new CorruptDataException(message(rule + "."));
  }

  private String message(@Nullable String sentence) {
    return file + " is no readable PyTorch checkpoint: " + sentence;
  }
}
