package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the part of Python's pickle format that describes data: numbers, texts, lists, tuples,
 * dictionaries, and whatever a {@link Builder} chooses to make of named callables. Nothing is ever
 * looked up, called or executed: a callable is a name, and a name the builder does not know is
 * refused.
 *
 * <p>Values: {@link Long}, {@link Double}, {@link Boolean}, {@link String}, {@link None}, {@link
 * Items} for lists and tuples, {@link Dict}, {@link Name}, and what the builder returns. Keys of
 * dictionaries are texts, numbers or truth values, so that hashing never walks what a stranger
 * built. Everything is bounded by the length of the pickle: an opcode makes at most one new value.
 *
 * <p>Source of the format: CPython's {@code pickletools}. For one thread.
 */
final class Pickle {
  private static final int MAX_PROTOCOL = 5;

  /** Python's None. */
  enum None {
    NONE
  }

  /** A list or a tuple. */
  static final class Items {
    final List<Object> values = new ArrayList<>();
  }

  /** A dictionary, in the order of its making. */
  static final class Dict {
    final Map<Object, Object> values = new LinkedHashMap<>();
  }

  /**
   * A callable or class by name.
   *
   * @param module where it is said to live
   * @param name what it is called there
   */
  record Name(String module, String name) {
    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  /** Says what named callables and persistent references stand for. */
  interface Builder {
    /**
     * Returns what calling this with these arguments stands for.
     *
     * @throws InvalidInputException if the callable is not known
     */
    Object call(Name callable, List<Object> arguments);

    /** Returns what a persistent reference stands for. */
    Object reference(Object id);
  }

  /** Where a group of values on the stack begins. */
  private enum Mark {
    MARK
  }

  private final String file;
  private final ByteBuffer in;
  private final Builder builder;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private Pickle(String file, ByteBuffer in, Builder builder) {
    this.file = file;
    this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    this.builder = builder;
  }

  /**
   * Reads one pickle.
   *
   * @param file what messages call it
   * @throws CorruptDataException if it is malformed
   * @throws InvalidInputException if it uses an opcode or a callable that does not describe data
   */
  static Object read(String file, ByteBuffer in, Builder builder) {
    Pickle pickle = new Pickle(file, in.slice(), builder);
    try {
      return pickle.run();
    } catch (BufferUnderflowException e) {
      throw new CorruptDataException(file + " is not a valid pickle: it is cut short.", e);
    }
  }

  private Object run() {
    while (true) {
      int opcode = in.get() & 0xFF;
      if (opcode == '.') {
        return pop();
      }
      step(opcode);
    }
  }

  private void step(int opcode) {
    switch (opcode) {
      case 0x80 -> requireProtocol(in.get());
      case 0x95 -> in.getLong(); // a frame says how much may be read at once; all is here
      case 'N' -> push(None.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) in.getInt());
      case 'K' -> push(in.get() & 0xFFL);
      case 'M' -> push(in.getShort() & 0xFFFFL);
      case 0x8a -> push(longOf(in.get() & 0xFF));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
      case 'X' -> push(text(in.getInt() & 0xFFFFFFFFL));
      case 0x8c -> push(text(in.get() & 0xFF));
      case 0x8d -> push(text(in.getLong()));
      case 'U' -> push(text(in.get() & 0xFF));
      case 'T' -> push(text(in.getInt() & 0xFFFFFFFFL));
      case '(' -> push(Mark.MARK);
      case '0' -> pop();
      case '1' -> popToMark();
      case '2' -> push(top());
      case ')', ']' -> push(new Items());
      case 't' -> push(items(popToMark()));
      case 0x85 -> push(items(popLast(1)));
      case 0x86 -> push(items(popLast(2)));
      case 0x87 -> push(items(popLast(3)));
      case 'l' -> push(items(popToMark()));
      case '}' -> push(new Dict());
      case 'd' -> {
        Dict dict = new Dict();
        putAll(dict, popToMark());
        push(dict);
      }
      case 'a' -> {
        Object value = pop();
        as(Items.class, top()).values.add(value);
      }
      case 'e' -> {
        List<Object> values = popToMark();
        as(Items.class, top()).values.addAll(values);
      }
      case 's' -> {
        List<Object> pair = popLast(2);
        putAll(as(Dict.class, top()), pair);
      }
      case 'u' -> {
        List<Object> pairs = popToMark();
        putAll(as(Dict.class, top()), pairs);
      }
      case 'q' -> memo.put(in.get() & 0xFF, top());
      case 'r' -> memo.put(in.getInt(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> push(memoised(in.get() & 0xFF));
      case 'j' -> push(memoised(in.getInt()));
      case 'c' -> push(new Name(line(), line()));
      case 0x93 -> {
        List<Object> name = popLast(2);
        push(new Name(as(String.class, name.get(0)), as(String.class, name.get(1))));
      }
      case 'R', 0x81 -> {
        List<Object> call = popLast(2);
        push(builder.call(as(Name.class, call.get(0)), as(Items.class, call.get(1)).values));
      }
      case 'b' -> build();
      case 'Q' -> push(builder.reference(pop()));
      default ->
          throw new InvalidInputException(
              String.format(
                  "%s uses the pickle opcode 0x%02x, which does not describe plain data;"
                      + " save the tensors alone, or as safetensors.",
                  file, opcode));
    }
  }

  /** State that is set on an ordered dictionary says nothing about its tensors. */
  private void build() {
    pop();
    as(Dict.class, top());
  }

  private void requireProtocol(int protocol) {
    if (protocol < 2 || protocol > MAX_PROTOCOL) {
      throw new InvalidInputException(
          file + " is a pickle of protocol " + protocol + "; 2 to 5 are read.");
    }
  }

  private long longOf(int length) {
    if (length > Long.BYTES) {
      throw broken("a number has " + length + " bytes");
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      byte next = in.get();
      // The last byte carries the sign.
      value |= (i == length - 1 ? (long) next : next & 0xFFL) << (8 * i);
    }
    return value;
  }

  private String text(long length) {
    if (length < 0 || length > in.remaining()) {
      throw broken("a text claims " + Long.toUnsignedString(length) + " bytes");
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() {
    StringBuilder text = new StringBuilder();
    for (char c = (char) (in.get() & 0xFF); c != '\n'; c = (char) (in.get() & 0xFF)) {
      text.append(c);
    }
    return text.toString();
  }

  private void putAll(Dict dict, List<Object> pairs) {
    if (pairs.size() % 2 != 0) {
      throw broken("a key has no value");
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      Object key = pairs.get(i);
      if (!(key instanceof String || key instanceof Number || key instanceof Boolean)) {
        throw broken("a key is neither text nor number");
      }
      dict.values.put(key, pairs.get(i + 1));
    }
  }

  private static Items items(List<Object> values) {
    Items items = new Items();
    items.values.addAll(values);
    return items;
  }

  private Object memoised(int index) {
    @Nullable Object value = memo.get(index);
    if (value == null) {
      throw broken("it refers to what was never made");
    }
    return value;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() {
    if (stack.isEmpty() || stack.get(stack.size() - 1) == Mark.MARK) {
      throw broken("a value is missing");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private List<Object> popLast(int count) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(0, pop());
    }
    return values;
  }

  private List<Object> popToMark() {
    int mark = stack.lastIndexOf(Mark.MARK);
    if (mark < 0) {
      throw broken("a group has no beginning");
    }
    List<Object> group = stack.subList(mark + 1, stack.size());
    List<Object> values = new ArrayList<>(group);
    group.clear();
    stack.remove(mark);
    return values;
  }

  private <T> T as(Class<T> type, Object value) {
    if (!type.isInstance(value)) {
      throw broken("a value has the wrong kind");
    }
    return type.cast(value);
  }

  private CorruptDataException broken(String rule) {
    return new CorruptDataException(
        file + " is not a valid pickle: " + rule + " (at byte " + in.position() + ").");
  }
}
