"""Programs in which something that cannot be followed changes what a network is.

The truth is the real Keras, which runs the program beside a module `unseen`; sizeup reads the
program alone. It may give the exact total, or a lower bound and why; never another total.
"""

from __future__ import annotations

import math
import sys
import textwrap
import types

import pytest
from keras import layers

from readers.keras_truth import read_text, run
from sizeup.analyses.count import count

HEAD = "import keras\nfrom keras import layers, Input\nfrom keras.models import Sequential, Model\n"


def judged(text: str, unseen: str, monkeypatch: pytest.MonkeyPatch):
    """What sizeup finds, and how many parameters, trainable ones of them, there are in truth."""
    text, module = HEAD + textwrap.dedent(text), types.ModuleType("unseen")
    monkeypatch.setitem(sys.modules, "unseen", module)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("build", "__init__", "call"):  # the program may replace them
            patch.setattr(layers.Dense, name, getattr(layers.Dense, name))
        patch.setattr(layers, "Dense", layers.Dense)
        exec(HEAD + textwrap.dedent(unseen), vars(module))
        model = run(text)
        trainable = sum(math.prod(weight.shape) for weight in model.trainable_weights)
        truth = model.count_params(), trainable
    networks = [n for n in read_text(text).networks if "model" in (n.name, *n.aliases)]
    return [count(network) for network in networks], truth


def is_honest(found, truth: tuple[int, int]) -> bool:
    """Whether a finding is the truth, or less with a reason, or open."""
    if found.total is not None and not found.free:
        return (found.total, found.trainable) == truth
    unknown = any(note.level == "unknown" for note in found.notes)
    return found.at_least <= truth[0] and bool(unknown or found.free)


FOLLOWED = {
    "a text that is executed": """
        exec("units = 5")
        model = Sequential([Input((4,)), layers.Dense(units)])
        """,
    "statements that are executed in a function": """
        def build(units):
            scope = {}
            exec("def double(n):\\n    return n * 2")
            return Sequential([Input((4,)), layers.Dense(units)])
        model = build(3)
        """,
    "a descriptor": """
        class Twice:
            def __set_name__(self, owner, name):
                self.name = "_" + name
            def __get__(self, instance, owner):
                return 2 * getattr(instance, self.name)
            def __set__(self, instance, value):
                setattr(instance, self.name, value)
        class Settings:
            units = Twice()
        settings = Settings()
        settings.units = 6
        model = Sequential([Input((4,)), layers.Dense(settings.units)])
        """,
    "__getattribute__": """
        class Settings:
            units = 3
            def __getattribute__(self, name):
                return object.__getattribute__(self, name) + 1
        model = Sequential([Input((4,)), layers.Dense(Settings().units)])
        """,
    "__setattr__ that goes on to the object's own": """
        class Settings:
            def __setattr__(self, name, value):
                super().__setattr__(name, value * 2)
        settings = Settings()
        settings.units = 4
        model = Sequential([Input((4,)), layers.Dense(settings.units)])
        """,
    "object.__setattr__ of a frozen dataclass": """
        from dataclasses import dataclass
        @dataclass(frozen=True)
        class Settings:
            units: int = 3
            def __post_init__(self):
                object.__setattr__(self, "units", self.units * 2)
        model = Sequential([Input((4,)), layers.Dense(Settings().units)])
        """,
    "a list that grows while it is gone through": """
        sizes = [8]
        for size in sizes:
            if size > 1:
                sizes.append(size // 2)
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "a list that shrinks while it is gone through": """
        sizes = [8, 7, 6, 5]
        for size in sizes:
            sizes.remove(size)
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "the name of an exception, which goes with its handler": """
        error = 3
        try:
            raise ValueError("wrong")
        except ValueError as error:
            pass
        try:
            units = error
        except NameError:
            units = 7
        model = Sequential([Input((4,)), layers.Dense(units)])
        """,
    "a queue of limited length": """
        from collections import deque
        sizes = deque(maxlen=2)
        for size in (3, 4, 5):
            sizes.append(size)
        sizes = deque(sizes, maxlen=1)
        sizes.append(9)
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "a module's layer that the text replaces": """
        class Wide(layers.Dense):
            def __init__(self, units):
                super().__init__(units * 2)
        layers.Dense = Wide
        model = Sequential([Input((4,)), layers.Dense(3)])
        """,
    "an operator that an object of the text says on the right of a tensor": """
        class Head:
            def __init__(self, units):
                self.units = units
            def __rrshift__(self, x):
                return layers.Dense(self.units)(x)
        start = Input((4,))
        model = Model(start, start >> Head(3))
        """,
    "a method that comes after Keras' own in the order of classes": """
        class Mixin:
            def build(self, shape):
                self.more = self.add_weight(shape=(7,), name="more")
        class Mine(layers.Dense, Mixin):
            pass
        model = Sequential([Input((4,)), Mine(3)])
        """,
    "whole numbers of 64 bits": """
        import numpy as np
        sizes = np.array([2, 3]) * 4
        model = Sequential([Input((4,)), *[layers.Dense(int(size)) for size in sizes]])
        """,
    "whole numbers that stay inside of their type": """
        import numpy as np
        sizes = np.array([2, 3], dtype="int32") * 4
        model = Sequential([Input((4,)), *[layers.Dense(int(size)) for size in sizes]])
        """,
    "rounded numbers that are exact all the same": """
        import numpy as np
        sizes = np.array([2, 3], dtype="float32") * 1.5
        model = Sequential([Input((4,)), *[layers.Dense(int(size)) for size in sizes]])
        """,
    "a function that a decorator of the text goes around": """
        import functools
        def doubled(function):
            @functools.wraps(function)
            def inner(units):
                return function(units * 2)
            return inner
        @doubled
        def build(units):
            return Sequential([Input((4,)), layers.Dense(units)])
        model = build(3)
        """,
    "keywords in a dictionary of the text": """
        common = {"use_bias": False}
        model = Sequential([Input((4,)), layers.Dense(3, **common)])
        """,
    "the metaclass of abstract classes": """
        from abc import ABCMeta
        class Base(Model, metaclass=ABCMeta):
            pass
        class Net(Base):
            def __init__(self):
                super().__init__()
                self.head = layers.Dense(3)
            def call(self, x):
                return self.head(x)
        model = Net()
        model(Input((4,)))
        """,
    "an optional module that is looked for": """
        kind = layers.Dense if hasattr(layers, "Dense") else layers.Flatten
        model = Sequential([Input((4,)), kind(3) if callable(kind) else layers.Flatten()])
        """,
    "a list that is only shown": """
        from unseen import print_table, log_sizes
        sizes = [3, 4]
        print_table(sizes)
        log_sizes(sizes)
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "settings that are made into something": """
        from unseen import Trainer, make_trainer
        settings = {"units": 3}
        trainer = Trainer(settings)
        other = make_trainer(settings)
        model = Sequential([Input((4,)), layers.Dense(settings["units"])])
        """,
    "a decorator that registers": """
        from unseen import register
        @register
        def build(units):
            return Sequential([Input((4,)), layers.Dense(units)])
        model = build(3)
        """,
    "a plot of a model": """
        from unseen import plot_model
        model = Sequential([Input((4,)), layers.Dense(3)])
        plot_model(model)
        """,
}
"""What can be followed, and is: the exact total."""

FOLLOWED_UNSEEN = """
    def nothing(*arguments, **keywords):
        pass
    print_table = log_sizes = Trainer = make_trainer = plot_model = nothing
    def register(function):
        return function
    """


@pytest.mark.parametrize("case", FOLLOWED)
def test_what_can_be_followed_is_counted(case, monkeypatch):
    found, truth = judged(FOLLOWED[case], FOLLOWED_UNSEEN, monkeypatch)
    assert [(each.total, each.trainable) for each in found] == [truth]


UNSEEN = """
    import random

    units = lambda: 9
    index = lambda: 1
    key = lambda: "units"
    options = lambda: {"use_bias": False}
    settings = lambda: {"units": 9}
    many = lambda: [1, 2, 3]
    yes = lambda: True

    def widened(function):
        return lambda *a: Sequential([function(*a), layers.Dense(7)])

    def widened_layer(cls):
        class Wider(cls):
            def build(self, shape):
                super().build(shape)
                self.more = self.add_weight(shape=(5,), name="more")
        return Wider

    class Wider:
        def build(self, shape):
            super().build(shape)
            self.more = self.add_weight(shape=(5,), name="more")

    class Meta(type(layers.Layer)):
        def __call__(cls, *a, **k):
            made = super().__call__(*a, **k)
            made.units = 50
            return made

    def doubled(cls):
        def make(units):
            return cls(2 * units)
        return make

    def extend(values):
        values.append(values[-1])

    def update(settings):
        settings["units"] = 9

    def adapt(settings):
        settings.units = 9

    def shuffle(values):
        values.reverse()

    def freeze(model):
        model.trainable = False

    def add_head(model):
        model.add(layers.Dense(7))

    class Dense(layers.Dense):
        def __init__(self, units):
            super().__init__(2 * units)
    """

OPAQUE = {
    "a decorator around a function": """
        from unseen import widened
        @widened
        def build(units):
            return Sequential([Input((4,)), layers.Dense(units)])
        model = build(3)
        """,
    "a decorator around a class of layers": """
        from unseen import widened_layer
        @widened_layer
        class Mine(layers.Dense):
            pass
        model = Sequential([Input((4,)), Mine(3)])
        """,
    "a base class beside one of Keras": """
        from unseen import Wider
        class Mine(Wider, layers.Dense):
            pass
        model = Sequential([Input((4,)), Mine(3)])
        """,
    "a metaclass": """
        from unseen import Meta
        class Mine(layers.Dense, metaclass=Meta):
            pass
        model = Sequential([Input((4,)), Mine(3)])
        """,
    "an unseen decorator around settings": """
        from unseen import doubled
        @doubled
        class Settings:
            def __init__(self, units):
                self.units = units
        model = Sequential([Input((4,)), layers.Dense(Settings(3).units)])
        """,
    "a metaclass of the text": """
        class Meta(type(layers.Layer)):
            def __call__(cls, *a, **k):
                made = super().__call__(*a, **k)
                made.units = 50
                return made
        class Mine(layers.Dense, metaclass=Meta):
            pass
        model = Sequential([Input((4,)), Mine(3)])
        """,
    "a metaclass that sets what a class shows": """
        class Meta(type):
            def __new__(mcs, name, bases, namespace):
                namespace["units"] = 9
                return super().__new__(mcs, name, bases, namespace)
        class Settings(metaclass=Meta):
            units = 3
        model = Sequential([Input((4,)), layers.Dense(Settings.units)])
        """,
    "a method of Keras that is replaced": """
        def build(self, shape):
            self.only = self.add_weight(shape=(2,), name="only")
        layers.Dense.build = build
        layers.Dense.call = lambda self, x: x
        model = Sequential([Input((4,)), layers.Dense(3)])
        """,
    "a setting of a layer that is not built yet": """
        head = layers.Dense(3)
        head.units = 9
        model = Sequential([Input((4,)), head])
        """,
    "keywords that are not known": """
        from unseen import options
        model = Sequential([Input((4,)), layers.Dense(3, **options())])
        """,
    "keywords under keys that are not known": """
        from unseen import key
        given = {"units": 3}
        given[key()] = 9
        model = Sequential([Input((4,)), layers.Dense(**given)])
        """,
    "an entry under a key that is not known": """
        from unseen import key
        given = {"units": 3}
        given[key()] = 9
        model = Sequential([Input((4,)), layers.Dense(given["units"])])
        """,
    "an entry that is deleted, nobody knows which": """
        from unseen import index
        sizes = [3, 4, 5]
        del sizes[index()]
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "an entry that is set, nobody knows which": """
        from unseen import index
        sizes = [3, 4, 5]
        sizes[index()] = 9
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "an entry that is taken, nobody knows which": """
        from unseen import index
        sizes = [3, 4, 5]
        sizes.pop(index())
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "an entry that is removed, nobody knows which": """
        from unseen import units
        sizes = [3, 4, 9]
        try:
            sizes.remove(units())
        except ValueError:
            pass
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "an entry that is put in, nobody knows where": """
        from unseen import index
        sizes = [3, 4, 5]
        sizes.insert(index(), 9)
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "a list that is extended by what is not known": """
        from unseen import many
        sizes = [3]
        sizes += many()
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "a list that is extended by a method": """
        from unseen import many
        sizes = [3]
        sizes.extend(many())
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "the length of a list that is extended": """
        from unseen import many
        sizes = [3]
        sizes.extend(many())
        model = Sequential([Input((4,)), layers.Dense(len(sizes))])
        """,
    "the truth of a list that is extended": """
        from unseen import many
        sizes = []
        sizes.extend(many())
        model = Sequential([Input((4,)), layers.Dense(9 if sizes else 3)])
        """,
    "the last of a list that is extended": """
        from unseen import many
        sizes = [3]
        sizes.extend(many())
        model = Sequential([Input((4,)), layers.Dense(sizes[-1])])
        """,
    "a copy of a list that is extended": """
        from unseen import many
        sizes = [5]
        sizes.extend(many())
        model = Sequential([Input((4,)), layers.Dense(sorted(sizes)[0] + sum(sizes[:2]) + max(list(sizes)))])
        """,
    "two lists of which one is extended": """
        from unseen import many
        sizes = [5]
        sizes.extend(many())
        sizes = [2] + sizes
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "pairs of a list that is extended": """
        from unseen import many
        sizes = [5]
        sizes.extend(many())
        model = Sequential([Input((4,)), *[layers.Dense(a + b) for a, b in zip(sizes, [1, 2, 3, 4])]])
        """,
    "a list that is compared after it was extended": """
        from unseen import many
        sizes = [5]
        sizes.extend(many())
        model = Sequential([Input((4,)), layers.Dense(3 if sizes == [5] else 9)])
        """,
    "what is in a list that is extended": """
        from unseen import many
        sizes = [5]
        sizes.extend(many())
        model = Sequential([Input((4,)), layers.Dense(9 if 2 in sizes else 3)])
        """,
    "whether a lost setting is None": """
        from unseen import key
        given = {"units": 5}
        given[key()] = None
        size = given["units"]
        model = Sequential([Input((4,)), layers.Dense(3 if size is None else 9)])
        """,
    "a list of layers that is extended": """
        from unseen import many
        parts = [Input((4,)), layers.Dense(3)]
        parts += [layers.Dense(size) for size in many()]
        model = Sequential(parts)
        """,
    "a list in a loop over what is not known": """
        from unseen import many
        sizes = [3]
        for size in many():
            sizes.extend([size])
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "a dictionary that is updated by what is not known": """
        from unseen import options
        given = {"use_bias": True}
        given.update(options())
        model = Sequential([Input((4,)), layers.Dense(3, **given)])
        """,
    "settings that are merged with what is not known": """
        from unseen import options
        given = {"use_bias": True, **options()}
        model = Sequential([Input((4,)), layers.Dense(3, **given)])
        """,
    "settings that are or-ed with what is not known": """
        from unseen import options
        given = {"use_bias": True} | options()
        model = Sequential([Input((4,)), layers.Dense(3, **given)])
        """,
    "a list that a function extends": """
        from unseen import extend
        sizes = [3]
        extend(sizes)
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "a dictionary that a function updates": """
        from unseen import update
        settings = {"units": 3}
        update(settings)
        model = Sequential([Input((4,)), layers.Dense(settings["units"])])
        """,
    "an object that a function updates": """
        import unseen
        class Settings:
            units = 3
        settings = Settings()
        unseen.adapt(settings)
        model = Sequential([Input((4,)), layers.Dense(settings.units)])
        """,
    "a list that is shuffled": """
        from unseen import shuffle
        sizes = [3, 9]
        shuffle(sizes)
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "a list that Python shuffles": """
        import random
        random.seed(1)
        sizes = [3, 9, 27, 81, 243]
        random.shuffle(sizes)
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "a list that numpy shuffles": """
        import numpy as np
        np.random.seed(1)
        sizes = [3, 9, 27, 81, 243]
        np.random.shuffle(sizes)
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "a model that a function freezes": """
        from unseen import freeze
        model = Sequential([Input((4,)), layers.Dense(3)])
        freeze(model)
        """,
    "a model that a function adds to": """
        from unseen import add_head
        model = Sequential([Input((4,)), layers.Dense(3)])
        add_head(model)
        """,
    "whole numbers that wrap around": """
        import numpy as np
        sizes = np.array([200, 100], dtype="uint8") + np.array([100, 100], dtype="uint8")
        model = Sequential([Input((4,)), *[layers.Dense(int(size)) for size in sizes]])
        """,
    "a number that is rounded": """
        import numpy as np
        size = np.array([16777217], dtype="float32").astype(int)
        model = Sequential([Input((4,)), layers.Dense(int(size[0]) - 16777200)])
        """,
    "whole numbers that wrap around when they are made": """
        import numpy as np
        sizes = np.array([260, 3]).astype("uint8")
        model = Sequential([Input((4,)), *[layers.Dense(int(size)) for size in sizes]])
        """,
    "numbers that are rounded": """
        import numpy as np
        size = np.array([16777217], dtype="float32") * np.array([1.0], dtype="float32")
        model = Sequential([Input((4,)), layers.Dense(int(size[0]) - 16777200)])
        """,
    "whether something is there": """
        import unseen
        model = Sequential([Input((4,)), layers.Dense(3 if hasattr(unseen, "units") else 9)])
        """,
    "whether something can be called": """
        from unseen import units
        model = Sequential([Input((4,)), layers.Dense(9 if callable(units) else 3)])
        """,
    "a loop that ends nobody knows when": """
        from unseen import yes
        sizes = [3]
        while len(sizes) < 4:
            if yes():
                sizes.extend([4, 5])
            else:
                sizes.append(1)
        model = Sequential([Input((4,)), *[layers.Dense(size) for size in sizes]])
        """,
    "layers under names that are not known": """
        from unseen import many
        class Net(Model):
            def __init__(self):
                super().__init__()
                for size in many():
                    setattr(self, f"part_{size}", layers.Dense(size))
                self.head = layers.Dense(2)
            def call(self, x):
                for size in many():
                    x = getattr(self, f"part_{size}")(x)
                return self.head(x)
        model = Net()
        model(Input((4,)))
        """,
    "an object that a loop over what is not known changes": """
        from unseen import many
        class Settings:
            def __init__(self):
                self.units = 3
            def widen(self, size):
                self.units += size
        settings = Settings()
        for size in many():
            settings.widen(size)
        model = Sequential([Input((4,)), layers.Dense(settings.units)])
        """,
    "a set of what is not known": """
        from unseen import units
        sizes = {9}
        sizes.add(units())
        model = Sequential([Input((4,)), layers.Dense(len(sizes))])
        """,
    "a default under a key that is not known": """
        from unseen import key
        given = {"units": 3}
        model = Sequential([Input((4,)), layers.Dense(given.setdefault(key(), 9) + len(given))])
        """,
    "an attribute that is set under a name that is not known": """
        from unseen import key
        class Settings:
            units = 3
        settings = Settings()
        setattr(settings, key(), 9)
        model = Sequential([Input((4,)), layers.Dense(settings.units)])
        """,
    "attributes that are updated by what is not known": """
        from unseen import options
        class Settings:
            def __init__(self, **given):
                self.use_bias = True
                self.__dict__.update(given)
        model = Sequential([Input((4,)), layers.Dense(3, use_bias=Settings(**options()).use_bias)])
        """,
    "names that are set by what is not known": """
        from unseen import key
        units = 3
        globals()[key()] = 9
        model = Sequential([Input((4,)), layers.Dense(units)])
        """,
    "defaults of a function that is given keywords that are not known": """
        from unseen import settings
        def build(units=3, use_bias=True):
            return Sequential([Input((4,)), layers.Dense(units, use_bias=use_bias)])
        model = build(**settings())
        """,
    "defaults of a class that is given keywords that are not known": """
        from unseen import settings
        class Settings:
            def __init__(self, units=3):
                self.units = units
        model = Sequential([Input((4,)), layers.Dense(Settings(**settings()).units)])
        """,
    "defaults of a dataclass that is given keywords that are not known": """
        from dataclasses import dataclass
        from unseen import settings
        @dataclass
        class Settings:
            units: int = 3
        model = Sequential([Input((4,)), layers.Dense(Settings(**settings()).units)])
        """,
    "keywords that go through a function": """
        from unseen import options
        def build(units=3, **given):
            return Sequential([Input((4,)), layers.Dense(units, **given)])
        model = build(3, **options())
        """,
    "attributes that are set in a loop over what is not known": """
        from unseen import settings
        class Settings:
            def __init__(self, **given):
                self.units = 3
                for name, value in given.items():
                    setattr(self, name, value)
        model = Sequential([Input((4,)), layers.Dense(Settings(**settings()).units)])
        """,
    "names that are updated": """
        units = 3
        globals().update({"units": 9})
        model = Sequential([Input((4,)), layers.Dense(units)])
        """,
    "a name that is set in globals": """
        units = 3
        globals()["units"] = 9
        model = Sequential([Input((4,)), layers.Dense(units)])
        """,
}
"""What cannot be followed: a lower bound that holds and says why, or a symbol, or the truth."""


@pytest.mark.parametrize("case", OPAQUE)
def test_what_cannot_be_followed_is_never_a_false_total(case, monkeypatch):
    found, truth = judged(OPAQUE[case], UNSEEN, monkeypatch)
    assert any(is_honest(each, truth) for each in found), found


ASSUMED = {
    "a layer that a function freezes": """
        from unseen import freeze
        head = layers.Dense(3)
        freeze(head)
        model = Sequential([Input((4,)), head])
        """,
    "a code that is not in the text": """
        import unseen
        units = 3
        exec(unseen.key() + " = 9")
        model = Sequential([Input((4,)), layers.Dense(units)])
        """,
    "all names of a module": """
        from keras.layers import Dense
        from unseen import *
        model = Sequential([Input((4,)), Dense(3)])
        """,
}
"""What is hardly ever meant to change a network is taken not to, which is said."""


@pytest.mark.parametrize("case", ASSUMED)
def test_what_is_taken_to_change_nothing_is_said(case, monkeypatch):
    found, truth = judged(ASSUMED[case], UNSEEN, monkeypatch)
    assert (found[0].total, found[0].trainable) != truth
    assert any(note.level == "assumed" for note in found[0].notes)


ASKED_TWICE = {
    "an attribute that comes from an unseen base class": "thing.wide",
    "whether something lost can be called": "callable(lost)",
    "whether something lost has an attribute": "hasattr(lost, 'wide')",
    "whether something open is an object": "missing is thing",
    "whether something open is of a class": "isinstance(missing, Thing)",
    "whether something lost is None": "lost is None",
}


@pytest.mark.parametrize("case", ASKED_TWICE)
def test_what_is_asked_twice_is_decided_once(case):
    text = f"""
        from unseen import Base, missing
        class Thing(Base):
            pass
        thing, lost = Thing(), getattr(Thing(), missing)
        model = Sequential([Input((4,)), *(layers.Dense(8) for _ in range(2) if {ASKED_TWICE[case]})])
        model.add(layers.Dense(3))
        """
    found = [
        count(n) for n in read_text(HEAD + textwrap.dedent(text)).networks if n.name != "Thing"
    ]
    assert [each.total for each in found] == [8 * 5 + 8 * 9 + 27, 15]
