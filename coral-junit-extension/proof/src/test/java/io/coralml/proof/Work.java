package io.coralml.proof;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** The work that both frameworks measure, and the data it works on. */
public class Work {
  int a = 1_234_567;
  int b = 89;
  double x = 2.5;
  final byte[] kilobyte = new byte[1024];
  final long[] words = new long[8192];
  final Map<String, Integer> map = new HashMap<>();
  String key = "k500";
  final AtomicLong contended = new AtomicLong();
  int place;
  final Shape[] one = {new Square(), new Square(), new Square()};
  final Shape[] two = {new Square(), new Circle(), new Square()};
  final Shape[] three = {new Square(), new Circle(), new Line()};
  int turn;

  /** Fills the data, always the same. */
  public Work() {
    Random random = new Random(7);
    random.nextBytes(kilobyte);
    for (int i = 0; i < words.length; i++) {
      words[i] = random.nextLong();
    }
    for (int i = 0; i < 1000; i++) {
      map.put("k" + i, i);
    }
  }

  int step() {
    place = Chain.NEXT[place];
    return place;
  }

  /**
   * One cycle through 32 MB in random order (Sattolo, 1986): each step goes where no cache expects
   * it. Made when the first step is taken.
   */
  private static final class Chain {
    static final int[] NEXT = new int[8 << 20];

    static {
      Random random = new Random(11);
      for (int i = 0; i < NEXT.length; i++) {
        NEXT[i] = i;
      }
      for (int i = NEXT.length - 1; i > 0; i--) {
        int other = random.nextInt(i);
        int kept = NEXT[i];
        NEXT[i] = NEXT[other];
        NEXT[other] = kept;
      }
    }
  }

  interface Shape {
    int area(int side);
  }

  static final class Square implements Shape {
    @Override
    public int area(int side) {
      return side * side;
    }
  }

  static final class Circle implements Shape {
    @Override
    public int area(int side) {
      return side * side * 3;
    }
  }

  static final class Line implements Shape {
    @Override
    public int area(int side) {
      return side & 1;
    }
  }

  // The JVM counts receivers by call site, so each of the three has one of its own: where they
  // share
  // one, what is measured second in a JVM meets what the first has left, in every framework.

  int virtual1() {
    turn = turn == 2 ? 0 : turn + 1;
    return one[turn].area(b);
  }

  int virtual2() {
    turn = turn == 2 ? 0 : turn + 1;
    return two[turn].area(b);
  }

  int virtual3() {
    turn = turn == 2 ? 0 : turn + 1;
    return three[turn].area(b);
  }

  int sum() {
    int sum = 0;
    for (byte value : kilobyte) {
      sum += value;
    }
    return sum;
  }

  long xor() {
    long xor = 0;
    for (long word : words) {
      xor ^= word;
    }
    return xor;
  }

  String text() {
    return new StringBuilder().append(a).append('-').append(key).append('-').append(b).toString();
  }
}
