package io.coralml.perf.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.repository.Repository;
import io.coralml.repository.Snapshot;
import io.coralml.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the blocks of Java of the pages about the store, one after the other in one folder, on the
 * sample of real weights, and looks at what they print and leave.
 */
@DisplayName("The blocks of Java about the store")
class StoreBlocksTest {
  private static final Path SAMPLE =
      Path.of(
          "src/test/resources/io/coralml/perf/real-sample/bge-small-en-attention-f16.safetensors");

  /** Hides the class of the JDK from a fragment, so that the test gets what it prints. */
  private static final String SYSTEM =
      "static final class System { static java.io.PrintStream out; }\n";

  @TempDir Path work;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private Path folder = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    folder = Files.createDirectory(work.resolve("model"));
    file = work.resolve("model.safetensors");
  }

  private static Page page(String path) throws IOException {
    return Page.read(Page.ROOT.resolve(path));
  }

  private static Page.Block block(Page page, String word) {
    return page.blocks("java").stream()
        .filter(block -> block.text().contains(word))
        .findFirst()
        .orElseThrow(() -> new AssertionError(page + " has no block of Java with " + word));
  }

  /** Runs the first block with a word in it; returns the lines it has printed. */
  private List<String> run(Page page, String word, Repository... opened) throws Exception {
    Page.Block block = block(page, word);
    Path classes = Files.createTempDirectory(work, "classes");
    JavaBlock.compile(List.of(JavaBlock.of(page, block, SYSTEM)), classes);
    printed.reset();
    URL[] path = {classes.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path, getClass().getClassLoader())) {
      String name = JavaBlock.packageOf(page, block) + ".Fragment";
      set(loader.loadClass(name + "$System"), null, "out", new PrintStream(printed, true, "UTF-8"));
      Class<?> type = loader.loadClass(name);
      var constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      Object fragment = constructor.newInstance();
      set(type, fragment, "folder", folder);
      set(type, fragment, "file", file);
      for (Repository repository : opened) {
        set(type, fragment, "repository", repository);
      }
      Method method = type.getDeclaredMethod("fragment");
      method.setAccessible(true);
      method.invoke(fragment);
      for (Repository repository : opened) {
        repository.transaction("main").put("after", Tensor.of(new float[1])).commit("after");
      }
    }
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static void set(Class<?> type, Object object, String name, Object value)
      throws ReflectiveOperationException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    field.set(object, value);
  }

  @Test
  @DisplayName("of store.md write a model, read it back bit for bit, and listen")
  void store() throws Exception {
    Page page = page("coral-core/docs/store.md");
    Files.copy(SAMPLE, file);
    assertThat(run(page, "Repository.init(folder)")).isEmpty();

    assertThat(run(page, "Repository.open(folder)"))
        .hasSize(10)
        .contains("encoder.layer.9.attention.self.query.weight 384x384");
    try (TensorFile original = Safetensors.open(SAMPLE);
        TensorFile back = Safetensors.open(file)) {
      assertThat(back.names()).hasSize(11).containsAll(original.names()).contains("head.bias");
      assertThat(original.names())
          .allSatisfy(
              name -> assertThat(back.tensor(name).id()).isEqualTo(original.tensor(name).id()));
    }

    try (Repository repository = Repository.open(folder)) {
      assertThat(repository.snapshot("v1.0").metadata()).containsEntry("loss", "0.31");
      assertThat(run(page, "repository.addListener", repository))
          .singleElement()
          .asString()
          .startsWith("main took PT");
    }
  }

  @Test
  @DisplayName("of the README makes a commit of a file and reads a tensor of it")
  void readme() throws Exception {
    Tensor weight = Tensor.of(new float[] {1, Float.NaN, -0f}, 3);
    Safetensors.write(file, Map.of("encoder.weight", weight), Map.of());
    run(page("README.md"), "Repository.init(folder)");
    try (Repository repository = Repository.open(folder)) {
      Snapshot snapshot = repository.snapshot("main");
      assertThat(snapshot.tensor("encoder.weight").id()).isEqualTo(weight.id());
      assertThat(snapshot.metadata()).containsEntry("loss", "0.31");
    }
  }

  @Test
  @DisplayName("of merging.md combine what two branches changed")
  void merging() throws Exception {
    Page page = page("coral-core/docs/merging.md");
    try (Repository repository = Repository.init(folder)) {
      commit(repository, "main", 1);
      repository.branches().create("ada", repository.resolve("main"));
      repository.branches().create("ben", repository.resolve("main"));
      commit(repository, "ada", 2);
      commit(repository, "ben", 4);
      assertThat(run(page, ".merge(\"ada\")", repository)).isEmpty();
      Snapshot merged = repository.snapshot("ben");
      assertThat(merged.tensor("body").id()).isEqualTo(Tensor.of(new float[] {3}).id());
      assertThat(merged.commit().parents()).hasSize(2);
    }
  }

  private static void commit(Repository repository, String branch, float value) {
    repository
        .transaction(branch)
        .put("body", Tensor.of(new float[] {value}))
        .put("classifier.weight", Tensor.of(new float[] {value, -value}))
        .commit("train on " + branch);
  }
}
