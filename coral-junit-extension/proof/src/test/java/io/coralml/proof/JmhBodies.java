package io.coralml.proof;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.Blackhole;

/** The bodies as JMH measures them. */
@State(Scope.Benchmark)
public class JmhBodies extends Work {
  @Benchmark
  public void empty() {}

  @Benchmark
  public void add(Blackhole hole) {
    hole.consume(a + b);
  }

  @Benchmark
  public void divide(Blackhole hole) {
    hole.consume(a / b);
  }

  @Benchmark
  public void log(Blackhole hole) {
    hole.consume(Math.log(x));
  }

  @Benchmark
  public void virtual1(Blackhole hole) {
    hole.consume(virtual1());
  }

  @Benchmark
  public void virtual2(Blackhole hole) {
    hole.consume(virtual2());
  }

  @Benchmark
  public void virtual3(Blackhole hole) {
    hole.consume(virtual3());
  }

  @Benchmark
  public void sum(Blackhole hole) {
    hole.consume(sum());
  }

  @Benchmark
  public void xor(Blackhole hole) {
    hole.consume(xor());
  }

  @Benchmark
  public void allocate(Blackhole hole) {
    hole.consume(new byte[256]);
  }

  @Benchmark
  public void lookUp(Blackhole hole) {
    hole.consume(map.get(key));
  }

  @Benchmark
  public void text(Blackhole hole) {
    hole.consume(text());
  }

  @Benchmark
  @Threads(2)
  public void contended(Blackhole hole) {
    hole.consume(contended.incrementAndGet());
  }

  @Benchmark
  public void chase(Blackhole hole) {
    hole.consume(step());
  }
}
