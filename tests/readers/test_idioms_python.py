"""Idioms of Python around networks: what sizeup reads without running is what Keras builds."""

from __future__ import annotations

import textwrap

import pytest

from readers.keras_truth import assert_reads_as_keras

HEAD = (
    "import keras\nimport numpy as np\nfrom keras import layers, ops\nfrom keras.layers import *\n"
    "from keras.models import Model, Sequential\n"
)

SNIPPETS = {
    "argparse": """
        import argparse
        parser = argparse.ArgumentParser(description="x")
        parser.add_argument('--hidden', type=int, default=128, help='h')
        parser.add_argument('-f', '--num-filters', dest='nf', type=int, default="16")
        parser.add_argument('--bn', action='store_true')
        parser.add_argument('--no-bias', action='store_false', dest='bias')
        parser.add_argument('--sizes', nargs='+', type=int, default=[4, 5])
        parser.add_argument('--act', choices=['relu', 'tanh'], default='relu')
        group = parser.add_argument_group('model')
        group.add_argument('--drop-rate', type=float, default=0.5)
        group.add_argument('--const', action='store_const', const=5, default=6)
        parser.set_defaults(extra=9)
        args = parser.parse_args([])
        opts = vars(args)
        x = i = keras.Input((10,))
        x = layers.Dense(args.hidden, use_bias=args.bias)(x)
        for s in args.sizes: x = layers.Dense(s, args.act)(x)
        if args.bn: x = layers.BatchNormalization()(x)
        x = layers.Dropout(args.drop_rate)(x)
        x = layers.Dense(opts['nf'] + args.const + args.extra)(x)
        model = Model(i, x)
    """,
    "argparse main": """
        import argparse
        def get_args():
            p = argparse.ArgumentParser()
            a = p.add_argument
            a('--units', default=12, type=int)
            a('--depth', default=2, type=int)
            args, unknown = p.parse_known_args([])
            return args
        def build(args):
            m = Sequential([keras.Input((3,))])
            for _ in range(args.depth): m.add(layers.Dense(args.units))
            return m
        model = build(get_args())
    """,
    "simple namespace": """
        from types import SimpleNamespace
        cfg = SimpleNamespace(units=5, depth=2)
        cfg.units += 1
        model = Sequential([keras.Input((3,))] + [layers.Dense(cfg.units) for _ in range(cfg.depth)])
    """,
    "json": """
        import json
        cfg = json.loads('{"units": [4, 5], "bn": true, "name": null}')
        model = Sequential([keras.Input((3,))])
        for u in cfg["units"]: model.add(layers.Dense(u))
        if cfg["bn"]: model.add(layers.BatchNormalization())
    """,
    "dataclass": """
        from dataclasses import dataclass, field, replace, asdict
        import dataclasses
        @dataclass(frozen=True)
        class C:
            units: int = 8
            sizes: list = field(default_factory=lambda: [3, 4])
            name: str = field(default="n", repr=False)
            @property
            def double(self): return self.units * 2
        @dataclass
        class D(C.__class__ if False else object):
            base: C = dataclasses.field(default_factory=C)
            k: int = dataclasses.field(default=2)
        c = replace(C(), units=6)
        d = D(base=c)
        a = asdict(d)
        model = Sequential([keras.Input((3,)), layers.Dense(c.double), layers.Dense(a['base']['units']), layers.Dense(d.k)] + [layers.Dense(s) for s in c.sizes])
        for f in dataclasses.fields(c): pass
    """,
    "dataclass dict kwargs": """
        from dataclasses import dataclass, asdict
        @dataclass
        class P:
            units: int = 8
            use_bias: bool = False
        model = Sequential([keras.Input((3,)), layers.Dense(**asdict(P())), layers.Dense(**vars(P(4))), layers.Dense(**P(2).__dict__)])
    """,
    "namedtuple": """
        from collections import namedtuple
        from typing import NamedTuple
        B = namedtuple('B', ['f', 'k', 's'], defaults=(1,))
        class T(NamedTuple):
            f: int
            k: int = 3
        bs = [B(4, 3), B(8, 3, 2), B(f=5, k=1)._replace(f=6)]
        x = i = keras.Input((8, 8, 3))
        for f, k, s in bs: x = layers.Conv2D(f, k, s)(x)
        t = T(3)
        x = layers.Conv2D(t.f, t[1], padding='same')(x)
        x = layers.Conv2D(**{'filters': t._asdict()['f'], 'kernel_size': len(t)})(x) if False else layers.Conv2D(t._asdict()['f'], 1)(x)
        x = layers.Dense(B._fields.index('s') + 4)(x)
        model = Model(i, x)
    """,
    "enum": """
        from enum import Enum, IntEnum, auto
        class Size(Enum):
            SMALL = 4
            LARGE = 9
        class K(IntEnum):
            A = 3
            B = auto()
        model = Sequential([keras.Input((3,)), layers.Dense(Size.SMALL.value), layers.Dense(Size['LARGE'].value), layers.Dense(K.B), layers.Dense(K.A + 1)])
        for s in Size: model.add(layers.Dense(s.value, name=s.name.lower()))
        size = Size(9)
        if size == Size.LARGE: model.add(layers.Dense(2))
        if size is Size.SMALL: model.add(layers.Dense(7))
        d = {Size.SMALL: 11}
        model.add(layers.Dense(d[Size.SMALL]))
        model.add(layers.Dense(len(Size)))
    """,
    "counters": """
        from collections import Counter, defaultdict, deque, OrderedDict, ChainMap
        c = Counter("hello")
        dd = defaultdict(int); dd['a'] += 3
        dl = defaultdict(list); dl['x'].append(4)
        q = deque([1, 2, 3], maxlen=3); q.append(7); first = q.popleft()
        cm = ChainMap({'u': 5}, {'u': 6, 'v': 7})
        od = OrderedDict(); od['a'] = 3; od.move_to_end('a')
        model = Sequential([keras.Input((3,)), layers.Dense(c['l']), layers.Dense(dd['a']), layers.Dense(dl['x'][0]), layers.Dense(q[-1]), layers.Dense(first), layers.Dense(cm['u'] + cm['v']), layers.Dense(c.most_common(1)[0][1]), layers.Dense(len(c)), layers.Dense(c['zz'] + 1)])
    """,
    "itertools": """
        from itertools import accumulate, islice, count, cycle, chain, zip_longest, pairwise, starmap, product, repeat, takewhile, combinations, groupby
        import itertools, operator
        model = Sequential([keras.Input((3,))])
        for n in accumulate([1, 2, 3]): model.add(layers.Dense(n))
        for n in islice(count(2), 3): model.add(layers.Dense(n))
        for n in count(3):
            if n > 5: break
            model.add(layers.Dense(n))
        for a, b in zip([1, 2, 3], cycle(['relu', 'tanh'])): model.add(layers.Dense(a, b))
        for a, b in zip_longest([1, 2], [3], fillvalue=9): model.add(layers.Dense(a + b))
        for a, b in pairwise([2, 3, 5]): model.add(layers.Dense(a * b))
        for v in starmap(operator.mul, [(2, 3), (3, 4)]): model.add(layers.Dense(v))
        for v in chain.from_iterable([[2], [3]]): model.add(layers.Dense(v))
        for v in takewhile(lambda v: v < 3, [1, 2, 3, 1]): model.add(layers.Dense(v))
        for a, b in combinations([1, 2, 3], 2): model.add(layers.Dense(a + b))
        for v in repeat(4, 2): model.add(layers.Dense(v))
    """,
    "generators": """
        def sizes(n):
            u = 2
            for _ in range(n):
                yield u
                u *= 2
        def both():
            yield from sizes(2)
            yield 5
        def forever():
            n = 1
            while True:
                yield n
                n += 1
        model = Sequential([keras.Input((3,))])
        for u in both(): model.add(layers.Dense(u))
        g = (x * 3 for x in [1, 2])
        model.add(layers.Dense(next(g))); model.add(layers.Dense(next(g))); model.add(layers.Dense(next(g, 4)))
        f = forever()
        for _ in range(3): model.add(layers.Dense(next(f)))
        for n in forever():
            if n > 2: break
            model.add(layers.Dense(n))
        for n, u in zip(forever(), [3, 4]): model.add(layers.Dense(n + u))
        it = iter([3, 4, 5])
        model.add(layers.Dense(next(it)))
        for v in it: model.add(layers.Dense(v))
    """,
    "generator send order": """
        names = []
        def gen():
            names.append(1)
            yield 2
            names.append(1)
        g = gen()
        model = Sequential([keras.Input((3,)), layers.Dense(len(names) + 1)])
        next(g)
        model.add(layers.Dense(len(names) + 1))
    """,
    "recursion": """
        def net(x, d):
            if d == 0: return layers.Dense(2)(x)
            return net(layers.Dense(d * 2)(x), d - 1)
        i = keras.Input((3,))
        model = Model(i, net(i, 4))
    """,
    "decorators": """
        import functools
        def register(name):
            def deco(f):
                REG[name] = f
                return f
            return deco
        REG = {}
        @register('a')
        def build_a(n): return layers.Dense(n)
        def default(**kw):
            def deco(f):
                @functools.wraps(f)
                def inner(*a, **k):
                    return f(*a, **{**kw, **k})
                return inner
            return deco
        @default(units=7, use_bias=False)
        def mk(x, units, use_bias): return layers.Dense(units, use_bias=use_bias)(x)
        @functools.lru_cache(maxsize=None)
        def size(n): return 1 if n < 2 else size(n - 1) + size(n - 2)
        @functools.cache
        def shared(): return layers.Dense(5)
        class Cfg:
            depth = 3
            @property
            def units(self): return self._u
            @units.setter
            def units(self, v): self._u = v * 2
            @staticmethod
            def s(n): return n + 1
            @classmethod
            def make(cls, n):
                c = cls(); c.units = n; return c
            @functools.cached_property
            def big(self): return self.units + 10
        c = Cfg.make(3)
        i = keras.Input((3,))
        x = mk(i); x = mk(x, units=2)
        x = REG['a'](size(5))(x)
        x = layers.Dense(c.units)(x); x = layers.Dense(c.big + Cfg.s(2))(x)
        x = layers.Dense(5)(x)
        x = shared()(x); x = shared()(x)
        model = Model(i, x)
    """,
    "partial reduce": """
        from functools import partial, reduce
        import operator
        Conv = partial(layers.Conv2D, kernel_size=3, padding='same', activation='relu')
        def compose(*fs): return reduce(lambda f, g: lambda *a, **k: g(f(*a, **k)), fs)
        i = keras.Input((8, 8, 3))
        x = compose(Conv(4), layers.BatchNormalization(), partial(Conv, 5)())(i)
        x = layers.Dense(reduce(operator.mul, [2, 3], 1))(x)
        x = Conv(filters=3, kernel_size=1)(x)
        model = Model(i, x)
    """,
    "closures": """
        fs = [lambda: layers.Dense(n) for n in (2, 3, 4)]
        gs = [lambda n=n: layers.Dense(n) for n in (2, 3, 4)]
        def counter():
            c = 0
            def inc():
                nonlocal c
                c += 1
                return c
            return inc
        inc = counter()
        i = x = keras.Input((3,))
        for f in fs + gs: x = f()(x)
        for _ in range(3): x = layers.Dense(inc())(x)
        model = Model(i, x)
    """,
    "kwargs": """
        def a(x, *args, **kwargs):
            kwargs.setdefault('use_bias', False)
            act = kwargs.pop('act', None)
            n = kwargs.get('extra', 1)
            kwargs.pop('extra', None)
            kwargs.update(activation=act)
            return b(x, *args, **kwargs)
        def b(x, units, *rest, **kw):
            for r in rest: x = layers.Dense(r)(x)
            return layers.Dense(units, **kw)(x)
        i = keras.Input((3,))
        x = a(i, 3, 4, 5, act='relu', extra=3)
        x = a(x, units=4, use_bias=True)
        opts = dict(units=3); more = {**opts, 'use_bias': False} | {'units': 6}
        x = layers.Dense(**more)(x)
        model = Model(i, x)
    """,
    "nested dict merge": """
        def merge(a, b):
            out = dict(a)
            for k, v in b.items():
                if isinstance(v, dict) and isinstance(out.get(k), dict): out[k] = merge(out[k], v)
                else: out[k] = v
            return out
        base = {'enc': {'units': 4, 'act': 'relu'}, 'depth': 2}
        cfg = merge(base, {'enc': {'units': 6}})
        model = Sequential([keras.Input((3,))])
        for _ in range(cfg['depth']): model.add(layers.Dense(cfg['enc']['units'], cfg['enc']['act']))
        d = {k: v for k, v in sorted(cfg.items(), key=lambda kv: kv[0], reverse=True) if not isinstance(v, dict)}
        model.add(layers.Dense(*d.values()))
        k, v = next(iter(d.items()))
        model.add(layers.Dense(v + len(k)))
    """,
    "string formatting": """
        n = 3
        names = ["conv%d_%s" % (n, 'a'), "c{}_{b:02d}".format(n, b=4), f"f{n:03d}_{n*2!r}", "x".join(['a', 'b']), "A".lower().replace('a', 'z'), "{0}-{1[0]}".format(1, [2])]
        model = Sequential([keras.Input((3,))] + [layers.Dense(len(s), name=s.replace('-', '_')) for s in names])
        spec = "64-32-16"
        for u in spec.split('-'): model.add(layers.Dense(int(u)))
        for ch in "C16 D8 D4".split():
            if ch[0] == 'D': model.add(layers.Dense(int(ch[1:])))
            elif ch.startswith('C'): model.add(layers.Dense(int(ch.lstrip('C'))))
        model.get_layer("conv3_a").trainable = False
    """,
    "environ": """
        import os
        from os import path
        units = int(os.environ.get('UNITS_SIZEUP_TEST', 12))
        other = int(os.getenv('OTHER_SIZEUP_TEST', '7'))
        p = os.path.join('a', 'b.h5')
        if not os.path.exists('/nonexistent-x'): pass
        model = Sequential([keras.Input((3,)), layers.Dense(units), layers.Dense(other), layers.Dense(len(p)), layers.Dense(len(path.splitext(path.basename(p))[0]) )])
    """,
    "globals": """
        def build_small(): return 4
        def build_big(): return 9
        n = globals()['build_' + 'big']()
        cls = getattr(keras.layers, 'Conv%dD' % 2)
        pool = getattr(layers, f'MaxPooling{2}D')
        def f(a, b=3):
            loc = locals()
            return loc['a'] + loc['b']
        class NS: pass
        ns = NS(); setattr(ns, 'units', 6)
        class Reg: units = 3
        i = keras.Input((8, 8, 3))
        x = cls(n, 3)(i); x = pool()(x)
        x = layers.Dense(f(2))(x)
        if hasattr(ns, 'units'): x = layers.Dense(ns.units)(x)
        if not hasattr(ns, 'nothing'): x = layers.Dense(getattr(ns, 'nothing', 5))(x)
        if hasattr(layers, 'Dense') and hasattr(keras, 'Model'): x = layers.Dense(vars(ns)['units'])(x)
        if 'build_small' in globals(): x = layers.Dense(globals()['build_small']())(x)
        model = Model(i, x)
    """,
    "isinstance": """
        i = keras.Input((8, 8, 3)); x = layers.Conv2D(4, 3)(i)
        base = Model(i, layers.BatchNormalization()(x))
        s = Sequential([keras.Input((2,)), layers.Dense(3)])
        n = 0
        for l in base.layers:
            if isinstance(l, layers.Conv2D): n += 1
            if isinstance(l, (layers.BatchNormalization, layers.Dense)): n += 10
            if isinstance(l, layers.Layer): n += 100
            if isinstance(l, keras.layers.InputLayer): n += 1000
        if isinstance(base, keras.Model): n += 1
        if isinstance(s, keras.Sequential): n += 2
        if isinstance(base, keras.Sequential): n += 4
        if isinstance(3, int) and not isinstance(3.0, int) and isinstance((1, 2), (list, tuple)): n += 8
        if isinstance('a', str) and not isinstance(None, str): n += 1
        if isinstance(True, int): n += 1
        if type(3) is int and type('') == str: n += 1
        if type(base.layers[1]).__name__ == 'Conv2D': n += 1
        if base.layers[1].__class__.__name__ == 'Conv2D': n += 1
        if callable(len): n += 1
        if issubclass(layers.Conv2D, layers.Layer): n += 1
        model = Sequential([keras.Input((2,)), layers.Dense(n)])
    """,
    "try import": """
        try:
            from nonexistent_pkg_x import Thing
            units = 3
        except ImportError:
            units = 5
        try:
            FOO
        except NameError:
            FOO = 4
        q = layers.Dense(6)
        try:
            v = {}['x']
        except KeyError as e:
            v = 3
        else:
            v = 9
        finally:
            w = 2
        try:
            raise ValueError("no")
        except (TypeError, ValueError) as e:
            z = len(str(e))
        try:
            int('abc')
        except ValueError:
            z += 1
        model = Sequential([keras.Input((2,)), layers.Dense(units), layers.Dense(FOO), q, layers.Dense(v), layers.Dense(w), layers.Dense(z)])
    """,
    "match": """
        def f(x):
            match x:
                case 0: return 2
                case 'a' | 'b': return 3
                case [a, b]: return a + b
                case [a, *rest]: return a * len(rest)
                case {'units': u, **rest}: return u + len(rest)
                case int(n) if n > 5: return n
                case str(): return 1
                case (1 | 2) as k: return k + 20
                case None: return 8
                case _: return 9
        model = Sequential([keras.Input((2,))] + [layers.Dense(f(v)) for v in (0, 'a', [1, 4], [2, 3, 4], {'units': 5, 'q': 1}, 7, 'zz', 2, None, 3.5)])
    """,
    "match class": """
        from dataclasses import dataclass
        @dataclass
        class Conv:
            f: int
            k: int
        @dataclass
        class Fc:
            u: int
        x = i = keras.Input((8, 8, 3))
        for b in [Conv(3, 3), Conv(f=4, k=1), Fc(2)]:
            match b:
                case Conv(f, k=3): x = layers.Conv2D(f, 3)(x)
                case Conv(f=f): x = layers.Conv2D(f + 10, 1)(x)
                case Fc(u=u): x = layers.Dense(u)(x)
        model = Model(i, x)
    """,
    "walrus star": """
        x = i = keras.Input((2,))
        data = [3, 4, 5, 6]
        first, *mid, last = data
        a, (b, c) = 1, (2, 3)
        if (n := len(data)) > 3: x = layers.Dense(n)(x)
        while (u := data.pop()) > 3: x = layers.Dense(u)(x)
        x = layers.Dense(first + last + sum(mid) + a + b + c)(x)
        x = layers.Dense(max(*mid, 3))(x)
        for i_, (p, q) in enumerate([(1, 2), (3, 4)], start=2): x = layers.Dense(i_ + p + q)(x)
        model = Model(i, x)
    """,
    "context managers": """
        import contextlib
        class Scope:
            def __init__(self, n): self.n = n
            def __enter__(self):
                STACK.append(self.n); return self
            def __exit__(self, *a): STACK.pop()
        STACK = []
        @contextlib.contextmanager
        def width(w):
            STACK.append(w)
            yield w
            STACK.pop()
        x = i = keras.Input((2,))
        with Scope(5) as s: x = layers.Dense(STACK[-1] + s.n)(x)
        with Scope(3): x = layers.Dense(STACK[-1])(x)
        with width(4) as w, width(6): x = layers.Dense(STACK[-1] + w)(x)
        x = layers.Dense(len(STACK) + 1)(x)
        with contextlib.suppress(Exception): x = layers.Dense(2)(x)
        with keras.name_scope('abc'): x = layers.Dense(3)(x)
        model = Model(i, x)
    """,
    "mixed precision": """
        keras.mixed_precision.set_global_policy('mixed_float16')
        model = Sequential([keras.Input((3,)), layers.Dense(4), layers.BatchNormalization()])
        keras.mixed_precision.set_global_policy('float32')
    """,
    "assert raise": """
        def build(n):
            assert n > 2, "n"
            if n > 100: raise ValueError("big")
            if not isinstance(n, int): raise TypeError
            return Sequential([keras.Input((3,)), layers.Dense(n)])
        model = build(5)
    """,
    "plain classes": """
        class Base:
            width = 4
            act = 'relu'
            def __init__(self, depth, **kw):
                self.depth = depth
                for k, v in kw.items(): setattr(self, k, v)
                self.__dict__.update(kw)
                self._model = None
            def block(self, x): return layers.Dense(self.width, self.act)(x)
            def __call__(self, x):
                for _ in range(self.depth): x = self.block(x)
                return self.head(x)
            def head(self, x): raise NotImplementedError
            @property
            def model(self):
                if self._model is None:
                    i = keras.Input((3,)); self._model = Model(i, self(i))
                return self._model
        class Child(Base):
            width = 6
            def __init__(self, *a, **kw):
                super().__init__(*a, **kw)
                self.width += self.extra
            def block(self, x):
                x = super().block(x)
                return layers.Dense(self.__class__.width)(x)
            def head(self, x): return layers.Dense(len(self))(x)
            def __len__(self): return 2
            def __getitem__(self, k): return getattr(self, k)
            def __getattr__(self, name):
                if name == 'magic': return 3
                raise AttributeError(name)
            def __contains__(self, k): return k == 'q'
            def __iter__(self): return iter([4, 5])
            def __eq__(self, o): return True
        c = Child(2, extra=1)
        m = c.model
        x = m.output
        x = layers.Dense(c['width'] + c.magic)(x)
        if 'q' in c: x = layers.Dense(3)(x)
        for v in c: x = layers.Dense(v)(x)
        model = Model(m.input, x)
    """,
    "misc": """
        x = i = keras.Input((2,))
        N = 3
        def inc():
            global N
            N += 1
        inc(); inc()
        lst = [5, 3, 4, 1]
        lst[1:3] = [7, 8, 9]
        del lst[0]
        lst.insert(0, 2); lst.extend([1, 1]); lst.remove(9)
        s = {1, 2, 3} & {2, 3} | {9}
        if 1 < N <= 5 and any(v > 6 for v in lst) and all(lst): x = layers.Dense(N)(x)
        for v in sorted(lst, key=lambda v: -v)[::2]: x = layers.Dense(v)(x)
        for v in reversed(lst): x = layers.Dense(v)(x)
        x = layers.Dense(len(s) + max(s))(x)
        q, r = divmod(17, 5)
        x = layers.Dense(q * 10 + r)(x)
        x = layers.Dense(round(2.5) + round(3.7) + int('0x10', 16) + (1 << 3) + (7 & 3) + (5 ^ 1) + int(np.log2(32)) + int(np.sqrt(16)) + int(np.ceil(2.3)) + int(np.floor(2.7)) + abs(-2))(x)
        x = layers.Dense(int(1e1) + int(float('3.7')) + 7 // 2 + 2 ** 3 + -7 % 4)(x)
        x = layers.Dense(sum(x.shape[1:]) if False else len([c for c in 'abc' if c != 'b']))(x)
        x = layers.Dense(sorted({'b': 2, 'a': 1}.items())[0][1] + min([3, 4], key=lambda v: -v))(x)
        for a, b in zip(lst[:-1], lst[1:]): x = layers.Dense(a + b)(x)
        for a in map(lambda v: v + 1, lst): x = layers.Dense(a)(x)
        for a in filter(None, [0, 1, 2]): x = layers.Dense(a)(x)
        x = layers.Dense(int(np.power(2, 3)) + int(np.max([1, 5])) + int(np.prod([2, 3])) + int(np.sum([1, 2])))(x)
        x = layers.Dense(int(2 ** np.arange(5)[2]))(x)
        model = Model(i, x)
    """,
    "generator class iter": """
        class Plan:
            def __init__(self, n): self.n = n; self.i = 0
            def __iter__(self): return self
            def __next__(self):
                if self.i >= self.n: raise StopIteration
                self.i += 1
                return self.i * 2
        class Seq:
            def __getitem__(self, i):
                if i >= 3: raise IndexError
                return i + 5
            def __len__(self): return 3
        class Gen:
            def __iter__(self):
                for k in (2, 3): yield k
        model = Sequential([keras.Input((3,))])
        for u in Plan(3): model.add(layers.Dense(u))
        for u in Seq(): model.add(layers.Dense(u))
        for u in Gen(): model.add(layers.Dense(u))
        it = iter(Plan(2))
        model.add(layers.Dense(next(it)))
    """,
    "yield of layers": """
        def blocks(x, widths):
            for w in widths:
                x = layers.Dense(w)(x)
                yield x
        i = keras.Input((3,))
        outs = list(blocks(i, [3, 4, 5]))
        *_, last = blocks(i, [2, 2])
        model = Model(i, [outs[-1], last])
    """,
    "operator dunder": """
        class V:
            def __init__(self, n): self.n = n
            def __add__(self, o): return V(self.n + (o.n if isinstance(o, V) else o))
            def __mul__(self, k): return V(self.n * k)
            def __radd__(self, o): return self + o
            def __int__(self): return self.n
            def __eq__(self, o): return self.n == o.n
            def __lt__(self, o): return self.n < o.n
            def __len__(self): return self.n
            def __bool__(self): return self.n > 3
            def __index__(self): return self.n
            def __repr__(self): return f"V({self.n})"
            def __str__(self): return "v" * self.n
            def __hash__(self): return 1
            def __neg__(self): return V(-self.n)
            def __setitem__(self, k, v): self.n += v
            def __contains__(self, k): return k == self.n
        a = V(2) + V(3) * 2 + 1
        a['x'] = 2
        b = 3 + a
        model = Sequential([keras.Input((3,)), layers.Dense(a.n), layers.Dense(b.n), layers.Dense(int(V(4))), layers.Dense(len(V(5)))])
        if V(1): model.add(layers.Dense(77))
        if V(9): model.add(layers.Dense(3))
        if V(2) == V(2): model.add(layers.Dense(4))
        if V(2) < V(3): model.add(layers.Dense(5))
        if V(2) != V(3): model.add(layers.Dense(6))
        if 7 in V(7): model.add(layers.Dense(8))
        model.add(layers.Dense(len(str(V(3))) + len(f"{V(2)}") + len("%s" % V(1)) + max(V(1), V(4)).n + sorted([V(3), V(2)])[0].n))
    """,
    "setattr dict class config": """
        class Config(dict):
            __getattr__ = dict.get
            __setattr__ = dict.__setitem__
        c = Config(units=4)
        c.depth = 2
        model = Sequential([keras.Input((3,))])
        for _ in range(c.depth): model.add(layers.Dense(c.units))
    """,
    "dict subclass with attr": """
        class AttrDict(dict):
            def __init__(self, *args, **kwargs):
                super(AttrDict, self).__init__(*args, **kwargs)
                self.__dict__ = self
        cfg = AttrDict(units=4, act='relu')
        cfg['depth'] = 3
        cfg.width = 5
        model = Sequential([keras.Input((3,))])
        for _ in range(cfg.depth): model.add(layers.Dense(cfg.units + cfg['width']))
    """,
    "dict subclass getattr": """
        class D(dict):
            def __getattr__(self, k):
                try: return self[k]
                except KeyError: raise AttributeError(k)
            def __setattr__(self, k, v): self[k] = v
        d = D({'a': 3}); d.b = 4
        n = len(d) + d.a + d['b'] + sum(d.values())
        model = Sequential([keras.Input((3,)), layers.Dense(n)])
        for k, v in d.items(): model.add(layers.Dense(v, name=k))
        if 'a' in d: model.add(layers.Dense(d.get('zz', 6)))
    """,
    "list subclass": """
        class Stack(list):
            def top(self): return self[-1]
        s = Stack([1, 2]); s.append(5)
        model = Sequential([keras.Input((3,)), layers.Dense(s.top()), layers.Dense(len(s)), layers.Dense(sum(s))])
    """,
    "class attributes": """
        class Base:
            registry = {}
            count = 0
            def __init_subclass__(cls, **kw): Base.registry[cls.__name__.lower()] = cls
            def __new__(cls, *a):
                o = super().__new__(cls); Base.count += 1
                return o
            def __init__(self, n=2): self.n = n
            def build(self, x): return layers.Dense(self.n)(x)
        class Small(Base):
            pass
        class Big(Base):
            def build(self, x): return layers.Dense(self.n * 10)(super().build(x))
        i = keras.Input((3,))
        x = Base.registry['big'](3).build(i)
        x = Base.registry['small']().build(x)
        x = layers.Dense(Base.count)(x)
        model = Model(i, x)
    """,
    "abc and mixins": """
        from abc import ABC, abstractmethod
        from typing import List, Optional, Dict, Union, Any, Callable, Protocol, TypeVar, Generic
        T = TypeVar('T')
        class A(ABC):
            @abstractmethod
            def size(self) -> int: ...
            @property
            @abstractmethod
            def w(self): ...
        class Mix:
            bonus: int = 3
            def extra(self): return self.size() + self.bonus
        class C(Mix, A):
            def size(self) -> int: return 4
            @property
            def w(self): return 2
        def f(x: Optional[List[int]] = None, *, k: Union[int, str] = 3) -> Dict[str, Any]:
            x = x or [1, 2]
            return {'n': sum(x) + k}
        c = C()
        model = Sequential([keras.Input((3,)), layers.Dense(c.extra()), layers.Dense(c.w), layers.Dense(f()['n']), layers.Dense(f([4], k=1)['n'])])
    """,
    "eval exec": """
        units = eval('2 + 3')
        act = eval("keras.activations.relu")
        layer = eval('layers.Dense')(4)
        model = Sequential([keras.Input((3,)), layers.Dense(units), layer])
    """,
    "copy": """
        import copy
        cfg = {'a': [1, 2], 'b': {'c': 3}}
        c2 = copy.deepcopy(cfg); c2['a'].append(9); c2['b']['c'] = 7
        c3 = copy.copy(cfg); c3['x'] = 1
        c4 = dict(cfg, y=2); l2 = cfg['a'][:]; l2.append(3)
        class P: pass
        p = P(); p.n = 3; q = copy.copy(p); q.n = 8; r = copy.deepcopy(p); r.n = 6
        model = Sequential([keras.Input((3,)), layers.Dense(len(c2['a']) + len(cfg['a']) + cfg['b']['c'] + len(c3) + len(cfg) + len(c4) + len(l2)), layers.Dense(p.n), layers.Dense(q.n), layers.Dense(r.n)])
    """,
    "numbers text": """
        model = Sequential([keras.Input((3,)), layers.Dense(int("12")), layers.Dense(int(float("3.9"))), layers.Dense(0x10), layers.Dense(0b101), layers.Dense(1_0), layers.Dense(int('101', 2)), layers.Dense((5).bit_length()), layers.Dense(~-4), layers.Dense(7 >> 1), layers.Dense(6 | 1), layers.Dense(len(bin(5))), layers.Dense(len(hex(255))), layers.Dense(int(True) + 1), layers.Dense(int(round(2.675, 2))), layers.Dense(pow(2, 3, 5)), layers.Dense(sum(map(int, "123"))), layers.Dense(len(str(1234))), layers.Dense(ord('a') - 90), layers.Dense(int(2.0 ** 3)), layers.Dense(int(-(-7 // 2)))])
    """,
    "math": """
        import math
        model = Sequential([keras.Input((3,)), layers.Dense(math.ceil(2.1)), layers.Dense(math.floor(3.9)), layers.Dense(int(math.log2(16))), layers.Dense(int(math.sqrt(17))), layers.Dense(math.gcd(12, 18)), layers.Dense(math.comb(5, 2)), layers.Dense(math.factorial(3)), layers.Dense(int(math.pow(2, 3))), layers.Dense(math.prod([2, 3])), layers.Dense(math.isqrt(17)), layers.Dense(int(math.log(8, 2))), layers.Dense(int(math.log10(1000) + .5)), layers.Dense(int(math.exp(2))), layers.Dense(int(math.fabs(-3)))])
    """,
    "sum of lists, star etc": """
        a = sum([[1, 2], [3]], [])
        b = [*a, *range(2, 4)]
        c = (*a, 9)
        d = {**{'a': 1}, 'b': 2}
        e = [x for row in [[1, 2], [3]] for x in row if x > 1]
        f = {k: v for k, v in zip('ab', (3, 4))}
        g = {len(s) for s in ('a', 'bb', 'cc')}
        h = [[0] * 3 for _ in range(2)]
        h[0][1] = 5
        k = "abc"[::-1].upper()
        (p, q), *r = (1, 2), 3, 4
        u = v = 6
        u, v = v + 1, u
        w = a.index(3) + a.count(1)
        model = Sequential([keras.Input((3,))] + [layers.Dense(n) for n in (*a, *b, *c, *d.values(), *e, *f.values(), *g, sum(map(sum, h)), len(k), p + q + len(r), u, v, w)])
    """,
    "while else for else": """
        model = Sequential([keras.Input((3,))])
        n = 10
        while n > 1:
            n //= 2
            if n == 100: break
            model.add(layers.Dense(n + 1))
        else:
            model.add(layers.Dense(9))
        for i in range(5):
            if i == 3: break
        else:
            model.add(layers.Dense(99))
        for i in range(3):
            if i == 1: continue
            model.add(layers.Dense(i + 1))
    """,
    "functions as values": """
        def relu_block(x, n): return layers.ReLU()(layers.Dense(n)(x))
        def bn_block(x, n): return layers.BatchNormalization()(layers.Dense(n)(x))
        BLOCKS = {'relu': relu_block, 'bn': bn_block, 'lam': lambda x, n: layers.Dense(n * 2)(x)}
        def seq(*fns):
            def run(x):
                for f in fns: x = f(x)
                return x
            return run
        from functools import partial
        i = keras.Input((3,))
        x = i
        for name, n in [('relu', 3), ('bn', 4), ('lam', 5)]: x = BLOCKS[name](x, n)
        x = seq(partial(relu_block, n=4), lambda t: bn_block(t, 2), layers.Dense(3))(x)
        def outer():
            total = []
            def add(n): total.append(n); return len(total)
            return add
        add = outer(); add(3)
        x = layers.Dense(add(4))(x)
        f = getattr(layers, 'Dense'); x = f(**dict(units=2))(x)
        relu_block.width = 7
        x = layers.Dense(relu_block.width)(x)
        x = layers.Dense(len(relu_block.__name__))(x)
        model = Model(i, x)
    """,
    "default mutable arg": """
        def grow(n, acc=[]):
            acc.append(n)
            return sum(acc)
        model = Sequential([keras.Input((3,)), layers.Dense(grow(2)), layers.Dense(grow(3))])
    """,
    "late closure": """
        fs = []
        for n in (3, 4):
            def f(x): return layers.Dense(n)(x)
            fs.append(f)
        x = i = keras.Input((3,))
        for f in fs: x = f(x)
        model = Model(i, x)
    """,
    "inspect signature tricks": """
        import inspect
        def f(x, units=4, **kw): return layers.Dense(units)(x)
        names = f.__code__.co_varnames if False else None
        i = keras.Input((2,))
        defaults = f.__defaults__
        x = layers.Dense(defaults[0] + 1)(i)
        x = f(x)
        model = Model(i, x)
    """,
    "print log time random": """
        import random, time, logging, warnings, sys
        random.seed(0); np.random.seed(1)
        warnings.filterwarnings('ignore'); logging.getLogger(__name__).info("x")
        t = time.time()
        if sys.version_info >= (3, 0) and sys.version_info[0] == 3: n = 4
        else: n = 9
        if len(sys.argv) > 50: n = 100
        model = Sequential([keras.Input((2,)), layers.Dense(n)])
    """,
}  # fmt: skip


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_python_is_evaluated_as_python_does(snippet):
    assert_reads_as_keras(HEAD + textwrap.dedent(SNIPPETS[snippet]))
