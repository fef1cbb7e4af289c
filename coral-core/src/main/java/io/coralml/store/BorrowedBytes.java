package io.coralml.store;

import io.coralml.codec.DecodingSpace;
import java.util.ArrayList;
import java.util.List;

/**
 * Arrays for encoded bytes, borrowed for one reading and given back together when that is over. For
 * one thread.
 */
final class BorrowedBytes implements AutoCloseable {
  private final DecodingSpace space;
  private final List<byte[]> borrowed = new ArrayList<>();

  BorrowedBytes(DecodingSpace space) {
    this.space = space;
  }

  /** Returns an array of at least that many bytes, to be used until this is closed. */
  byte[] take(int length) {
    byte[] bytes = space.takeBytes(length);
    borrowed.add(bytes);
    return bytes;
  }

  @Override
  public void close() {
    borrowed.forEach(space::giveBackBytes);
    borrowed.clear();
  }
}
