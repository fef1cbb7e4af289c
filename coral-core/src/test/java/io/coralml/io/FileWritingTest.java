package io.coralml.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A file whose first part is forced ahead")
class FileWritingTest {
  @TempDir private Path folder;
  private final ParallelForces forces = new ParallelForces();
  private final Disk disk = new Disk();
  private FileWriting file;

  @BeforeEach
  void create() throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("f"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    file = new FileWriting(channel, disk, "f", 0, forces);
  }

  @AfterEach
  void close() {
    file.close();
    forces.close();
  }

  /** Tells of a failure once, as a system does, and notes each force. */
  private static final class Disk implements FileWriting.Force {
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<String> forced = new ArrayList<>();
    private boolean full;

    @Override
    public void run(boolean metaData) throws IOException {
      if (!metaData) {
        await(goOn);
      }
      synchronized (this) {
        forced.add(metaData ? "whole" : "ahead");
        if (full) {
          full = false;
          throw new IOException("No space left on device");
        }
      }
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static ByteBuffer bytes() {
    return ByteBuffer.allocate(10);
  }

  @Test
  @DisplayName("is written on meanwhile, and forced whole in the end")
  void meanwhile() {
    file.write(bytes());
    file.forceAhead();
    file.write(bytes());
    assertThat(file.length()).isEqualTo(20);
    disk.goOn.countDown();
    file.force();
    assertThat(disk.forced).containsExactly("ahead", "whole");
  }

  @Test
  @DisplayName("is not durable when that part failed: the next force says so in its place")
  void failedAhead() {
    disk.full = true;
    disk.goOn.countDown();
    file.write(bytes());
    file.forceAhead();
    assertThatThrownBy(file::force)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("the disk is full");
  }

  @Test
  @DisplayName("keeps a failure in mind when another part is forced ahead after it")
  void failedBefore() throws InterruptedException {
    disk.full = true;
    disk.goOn.countDown();
    file.write(bytes());
    file.forceAhead();
    awaitForced(1);
    for (int i = 0; i < 1_000; i++) {
      file.forceAhead();
      Thread.onSpinWait();
    }
    assertThatThrownBy(file::force).isInstanceOf(StorageException.class);
  }

  private void awaitForced(int count) throws InterruptedException {
    while (true) {
      synchronized (disk) {
        if (disk.forced.size() >= count) {
          return;
        }
      }
      Thread.sleep(1);
    }
  }

  @Test
  @DisplayName("is closed without waiting for anything to be durable")
  void closed() {
    file.write(bytes());
    file.forceAhead();
    assertThatCode(file::close).doesNotThrowAnyException();
    disk.goOn.countDown();
  }
}
