package io.coralml.format;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each file of the folder is named for the one rule it breaks. */
@DisplayName("A hostile PyTorch checkpoint is refused in one sentence that names it and the rule:")
class PyTorchHostileTest {
  private static final String FOLDER = "hostile-pt";
  private static final String SUFFIX = ".pt";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          byte-order-unknown                | CORRUPT     | has the byte order "middle", which is neither little nor big
          call-a-dotted-name                | UNSUPPORTED | wants to call "torch._utils.os.system", and nothing in a checkpoint is executed
          call-a-look-alike                 | UNSUPPORTED | wants to call "torch._utils._rebuild_tensor_v2 ", and nothing in a checkpoint is executed
          call-builtins-eval                | UNSUPPORTED | wants to call "builtins.eval", and nothing in a checkpoint is executed
          call-by-stack-global              | UNSUPPORTED | wants to call "posix.system", and nothing in a checkpoint is executed
          call-new-object                   | UNSUPPORTED | wants to call "subprocess.Popen", and nothing in a checkpoint is executed
          call-of-a-text                    | CORRUPT     | a value has the wrong kind
          call-os-system                    | UNSUPPORTED | wants to call "os.system", and nothing in a checkpoint is executed
          container-in-itself               | CORRUPT     | a container contains itself
          container-nested-deeply           | CORRUPT     | its containers are nested deeper than 64
          container-shared-exponentially    | CORRUPT     | its containers are shared so often that they cannot be listed
          name-twice                        | CORRUPT     | two tensors are called "a.b"
          not-an-archive                    | CORRUPT     | it has no end-of-directory record
          pickle-cut-short                  | CORRUPT     | it is cut short
          pickle-empty                      | CORRUPT     | it is cut short
          pickle-extension-registry         | UNSUPPORTED | uses the pickle opcode 0x82, which does not describe plain data
          pickle-group-without-beginning    | CORRUPT     | a group has no beginning
          pickle-instance-opcode            | UNSUPPORTED | uses the pickle opcode 0x69, which does not describe plain data
          pickle-key-a-container            | CORRUPT     | a key is neither text nor number
          pickle-key-without-value          | CORRUPT     | a key has no value
          pickle-memo-never-made            | CORRUPT     | it refers to what was never made
          pickle-missing                    | CORRUPT     | is no PyTorch checkpoint: it has no data.pkl
          pickle-number-of-nine-bytes       | CORRUPT     | a number has 9 bytes
          pickle-protocol-one               | UNSUPPORTED | is a pickle of protocol 1
          pickle-stack-empty                | CORRUPT     | a value is missing
          pickle-text-longer-than-the-file  | CORRUPT     | a text claims 2147483648 bytes
          pickle-text-of-negative-length    | CORRUPT     | a text claims 18446744073709551615 bytes
          pickle-unknown-opcode             | UNSUPPORTED | uses the pickle opcode 0xff, which does not describe plain data
          state-set-on-a-number             | CORRUPT     | a value has the wrong kind
          storage-missing                   | CORRUPT     | the storage "7" is missing
          storage-not-a-storage             | CORRUPT     | a persistent reference is not a storage
          storage-of-unknown-type           | UNSUPPORTED | has a storage of type "QInt8Storage", which is not supported
          storage-shorter-than-claimed      | CORRUPT     | the storage "0" claims 7 elements of 4 bytes and holds 24 bytes
          storage-traversal                 | CORRUPT     | the storage "../data.pkl" is missing
          storage-wrong-checksum            | CORRUPT     | does not match its checksum
          tensor-beyond-its-storage         | CORRUPT     | a tensor of shape 2x3 reaches beyond the 5 elements there are
          tensor-larger-than-its-storage    | CORRUPT     | a tensor of shape 2000000000x2 reaches beyond the 6 elements there are
          tensor-offset-beyond-its-storage  | CORRUPT     | a tensor begins beyond its storage
          tensor-offset-negative            | CORRUPT     | a tensor begins beyond its storage
          tensor-shape-overflows            | CORRUPT     | The shape [2000000000, 2000000000, 2000000000] has more elements than 63 bits can count
          tensor-stride-negative            | CORRUPT     | a shape or stride is not a number from 0 on
          tensor-strides-beyond-its-storage | CORRUPT     | a tensor of shape 2x3 reaches beyond the 6 elements there are
          tensor-strides-of-another-rank    | CORRUPT     | a tensor's offset, shape and strides do not belong together
          tensor-with-too-few-arguments     | CORRUPT     | a call lacks arguments
          tensor-without-storage            | CORRUPT     | a tensor has no storage
          """)
  void refused(String file, HostileFiles.Refusal refusal, String rule) {
    HostileFiles.assertRefused(
        HostileFiles.named(FOLDER, file + SUFFIX), PyTorch::open, refusal, rule);
  }

  @Test
  @DisplayName("and the list above names every file of the folder")
  void complete() {
    HostileFiles.assertAllTried(getClass(), FOLDER, SUFFIX);
  }
}
