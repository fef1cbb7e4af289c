package io.coralml.perf.integrity;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** A folder as one zip file and back, as a backup tool that knows nothing of repositories does. */
final class ZipBackup {
  private ZipBackup() {}

  /**
   * Zips a folder. References go first and what they lead to afterwards, so that whatever is
   * committed meanwhile is either unknown to the backup or complete in it.
   *
   * @param halfway done when half the files are in
   */
  static void write(Path folder, Path archive, Runnable halfway) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).sorted(Comparator.reverseOrder()).toList();
    }
    try (OutputStream out = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < files.size(); i++) {
        if (i == files.size() / 2) {
          halfway.run();
        }
        zip.putNextEntry(new ZipEntry(folder.relativize(files.get(i)).toString()));
        Files.copy(files.get(i), zip);
        zip.closeEntry();
      }
    }
  }

  /** Unpacks an archive into a new folder and returns that. */
  static Path read(Path archive, Path folder) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
          throw new IOException(entry.getName() + " leads out of the folder");
        }
        Files.createDirectories(target.getParent());
        try (InputStream in = zip.getInputStream(entry)) {
          Files.copy(in, target);
        }
      }
    }
    return folder;
  }
}
