package io.coralml.proof;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;
import io.coralml.junit.Threads;

/** The bodies as this framework measures them; run in forks by {@link AgreementBenchmark}. */
@Profile(BenchmarkProfile.QUICK)
class CoralBodies extends Work {
  @CoralBenchmark
  public void empty() {}

  @CoralBenchmark
  public void add(Blackhole hole) {
    hole.consume(a + b);
  }

  @CoralBenchmark
  public void divide(Blackhole hole) {
    hole.consume(a / b);
  }

  @CoralBenchmark
  public void log(Blackhole hole) {
    hole.consume(Math.log(x));
  }

  @CoralBenchmark
  public void virtual1(Blackhole hole) {
    hole.consume(virtual1());
  }

  @CoralBenchmark
  public void virtual2(Blackhole hole) {
    hole.consume(virtual2());
  }

  @CoralBenchmark
  public void virtual3(Blackhole hole) {
    hole.consume(virtual3());
  }

  @CoralBenchmark
  public void sum(Blackhole hole) {
    hole.consume(sum());
  }

  @CoralBenchmark
  public void xor(Blackhole hole) {
    hole.consume(xor());
  }

  @CoralBenchmark
  public void allocate(Blackhole hole) {
    hole.consume(new byte[256]);
  }

  @CoralBenchmark
  public void lookUp(Blackhole hole) {
    hole.consume(map.get(key));
  }

  @CoralBenchmark
  public void text(Blackhole hole) {
    hole.consume(text());
  }

  @CoralBenchmark
  @Threads(2)
  public void contended(Blackhole hole) {
    hole.consume(contended.incrementAndGet());
  }

  @CoralBenchmark
  public void chase(Blackhole hole) {
    hole.consume(step());
  }
}
