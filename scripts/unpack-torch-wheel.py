"""Takes out of a torch wheel what a C++ program needs: headers, libtorch_cpu, libc10 and what these are linked to.

    unpack-torch-wheel.py WHEEL DIRECTORY                 -> DIRECTORY/include, DIRECTORY/lib, DIRECTORY/LICENSE
    unpack-torch-wheel.py --library NAME WHEEL DIRECTORY  -> DIRECTORY/lib/NAME

The first form prints a line "LIBRARY PACKAGE REQUIREMENT" for each CUDA library that another wheel must give.
"""

import os
import re
import shutil
import struct
import sys
import zipfile

ROOT_LIBRARIES = ["libtorch_cpu.so", "libc10.so"]
CUDA_PACKAGES = {"libcudart": "nvidia-cuda-runtime", "libcupti": "nvidia-cuda-cupti"}


def extract(archive, member, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with archive.open(member) as source, open(path, "wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)


def needed_libraries(path):
    """The DT_NEEDED names of a 64-bit little-endian ELF file."""
    with open(path, "rb") as file:
        header = file.read(64)
        if header[:6] != b"\x7fELF\x02\x01":
            raise SystemExit(f"{path} is not a 64-bit ELF library")
        program_offset, = struct.unpack_from("<Q", header, 32)
        entry_size, count = struct.unpack_from("<HH", header, 54)
        file.seek(program_offset)
        table = file.read(entry_size * count)
        segments = [struct.unpack_from("<IIQQQQQQ", table, i * entry_size) for i in range(count)]
        loads = [(s[3], s[2], s[5]) for s in segments if s[0] == 1]
        dynamic = next(s for s in segments if s[0] == 2)
        file.seek(dynamic[2])
        entries = list(struct.iter_unpack("<qQ", file.read(dynamic[5])))
        address = next(value for tag, value in entries if tag == 5)
        strings = next(offset + address - base for base, offset, size in loads if base <= address < base + size)
        names = []
        for tag, value in entries:
            if tag == 0:
                break
            if tag == 1:
                file.seek(strings + value)
                names.append(file.read(256).split(b"\0", 1)[0].decode())
        return names


def cuda_requirement(metadata, package):
    """The pip requirement for `package`, as exact as the wheel's metadata says."""
    match = re.search(rf"^Requires-Dist: {package}(?:-cu\d+)? *==([\w.*]+)", metadata, re.MULTILINE)
    if match:
        return f"{package}=={match[1]}"
    match = re.search(r"^Requires-Dist: cuda-toolkit\[.*?\] *==(\d+\.\d+)", metadata, re.MULTILINE)
    return f"{package}=={match[1]}.*" if match else package


def unpack_torch(archive, directory):
    by_name = {}
    metadata = ""
    for item in archive.infolist():
        name = item.filename
        if item.is_dir():
            continue
        if name.startswith("torch/include/"):
            extract(archive, item, os.path.join(directory, name[len("torch/"):]))
        elif re.match(r"torch(\.libs|/lib)/[^/]+\.so", name):
            by_name[os.path.basename(name)] = item
        elif name.endswith(".dist-info/METADATA"):
            metadata = archive.read(item).decode()
        elif re.fullmatch(r"[^/]+\.dist-info/(licenses/)?LICENSE", name):
            extract(archive, item, os.path.join(directory, "LICENSE"))
    waiting, done = list(ROOT_LIBRARIES), set()
    while waiting:
        name = waiting.pop()
        if name in done:
            continue
        done.add(name)
        package = CUDA_PACKAGES.get(name.split(".so")[0])
        if name in by_name:
            path = os.path.join(directory, "lib", name)
            extract(archive, by_name[name], path)
            waiting += needed_libraries(path)
        elif package:
            print(name, package, cuda_requirement(metadata, package))
        elif name in ROOT_LIBRARIES:
            raise SystemExit(f"the wheel holds no {name}")


def main(arguments):
    if arguments and arguments[0] == "--library":
        _, library, wheel, directory = arguments
        with zipfile.ZipFile(wheel) as archive:
            member = next((i for i in archive.infolist() if os.path.basename(i.filename) == library), None)
            if member is None:
                raise SystemExit(f"{wheel} holds no {library}")
            extract(archive, member, os.path.join(directory, "lib", library))
    else:
        wheel, directory = arguments
        with zipfile.ZipFile(wheel) as archive:
            unpack_torch(archive, directory)


main(sys.argv[1:])
