"""Writes the sample files in this folder with the programs that define the formats.

Run with Debian's python3-numpy and python3-h5py:  python3 make_samples.py
The values are those that the tests expect: element i of every array is i - 3, unless said otherwise.
PyTorch is not needed: a checkpoint is a zip archive around a pickle, and both are written here as
torch.save writes them.
"""

import collections
import io
import pickle
import struct
import sys
import types
import zipfile

import numpy as np


def ramp(dtype, *shape):
    return (np.arange(int(np.prod(shape))) - 3).astype(dtype).reshape(shape)


np.save("f4.npy", ramp("<f4", 2, 3))
np.save("f8_fortran.npy", np.asfortranarray(ramp("<f8", 2, 3)))
np.save("f2_fortran_3d.npy", np.asfortranarray(ramp("<f2", 2, 3, 4)))
np.save("i2_big_endian.npy", ramp(">i2", 5))
np.save("c8_big_endian.npy", (ramp("<f4", 3) + 1j * ramp("<f4", 3)).astype(">c8"))
np.save("bool.npy", np.array([True, False]))
np.save("scalar.npy", np.float32(1.5))
np.save("empty.npy", np.zeros((0, 4), "<f8"))
with open("version2.npy", "wb") as file:
    np.lib.format.write_array(file, ramp("<u4", 4), version=(2, 0))
np.savez("stored.npz", **{"layer.weight": ramp("<f4", 2, 3), "layer.bias": ramp("<f4", 2)})
np.savez_compressed("deflated.npz", **{"big": np.zeros((100, 100), "<f4"), "small": ramp("<i8", 4)})


class Storage:
    """Stands for a storage; pickled by reference, as torch does."""

    def __init__(self, kind, key, elements):
        self.reference = ("storage", kind, key, "cpu", elements)


class Call:
    """Stands for a call in the pickle."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def stand_in(module, name):
    """Makes a callable that pickles under that name."""
    if module not in sys.modules:
        sys.modules[module] = types.ModuleType(module)

    def function(*arguments):
        raise RuntimeError("never called")

    function.__module__, function.__qualname__, function.__name__ = module, name, name
    setattr(sys.modules[module], name, function)
    return function


stand_in("torch", "placeholder")
REBUILD = stand_in("torch._utils", "_rebuild_tensor_v2")
PARAMETER = stand_in("torch._utils", "_rebuild_parameter")
FLOAT = stand_in("torch", "FloatStorage")
BFLOAT16 = stand_in("torch", "BFloat16Storage")
LONG = stand_in("torch", "LongStorage")


def tensor(storage, offset, shape, strides):
    return Call(REBUILD, storage, offset, shape, strides, False, collections.OrderedDict())


def checkpoint(path, root, storages):
    class WithReferences(pickle._Pickler):
        def persistent_id(self, value):
            return value.reference if isinstance(value, Storage) else None

    stream = io.BytesIO()
    WithReferences(stream, 2).dump(root)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("model/data.pkl"), stream.getvalue())
        archive.writestr(zipfile.ZipInfo("model/byteorder"), "little")
        for key, data in storages.items():
            archive.writestr(zipfile.ZipInfo("model/data/" + key), data)
        archive.writestr(zipfile.ZipInfo("model/version"), "3\n")


if __name__ == "__main__":
    weights = Storage(FLOAT, "0", 6)
    halves = Storage(BFLOAT16, "1", 2)
    steps = Storage(LONG, "2", 1)
    state = collections.OrderedDict()
    state["fc.weight"] = tensor(weights, 0, (2, 3), (3, 1))
    state["fc.transposed"] = tensor(weights, 0, (3, 2), (1, 3))
    state["fc.tail"] = tensor(weights, 4, (2,), (1,))
    state["fc.bias"] = Call(PARAMETER, tensor(halves, 0, (2,), (1,)), True, collections.OrderedDict())
    state._metadata = collections.OrderedDict()
    root = {
        "model": state,
        "optimizer": {"state": {0: {"step": tensor(steps, 0, (), ())}}, "lr": 0.001},
        "epoch": 7,
        "notes": ["first", None, True],
    }
    checkpoint(
        "checkpoint.pt",
        root,
        {
            "0": ramp("<f4", 6).tobytes(),
            "1": struct.pack("<2H", 0x3F80, 0xC000),
            "2": struct.pack("<q", 1234567890123),
        },
    )

    import h5py

    with h5py.File("keras.h5", "w", libver="earliest") as file:
        file.attrs["backend"] = "tensorflow"
        layer = file.create_group("model_weights/dense/dense")
        layer["kernel:0"] = ramp("<f4", 2, 3)
        layer["bias:0"] = ramp("<f2", 3)
        layer.create_dataset("packed", data=ramp("<i4", 64), chunks=(16,), compression="gzip")
        file["big_endian"] = ramp(">f8", 3)
        file["flags"] = np.array([1, 0, 255], "u1")
        file["scalar"] = np.float64(2.5)
    with h5py.File("latest.h5", "w", libver="latest") as file:
        file["a/b/weight"] = ramp("<f4", 2, 3)
        file["a/step"] = np.int64(42)
    with h5py.File("ragged.h5", "w") as file:
        file.create_dataset("chunked", data=ramp("<f4", 5, 7), chunks=(2, 3), compression="gzip", shuffle=True)
        file["truth"] = np.array([True, False])
        file["empty"] = np.zeros((0, 3), "<f4")
