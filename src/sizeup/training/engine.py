"""One run: a network built, trained by Keras' own loop, and written down epoch by epoch."""

from __future__ import annotations

import time
from contextlib import contextmanager
from importlib.util import find_spec

from sizeup.errors import UsageError
from sizeup.records import Record
from sizeup.training.backend import environment, is_out_of_memory, reseeded, seeded
from sizeup.training.feeding import Feed, batches
from sizeup.training.runs import Folder, Recipe, State
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from sizeup.network import Network

    Tell = Callable[["Moment"], None]

PROBED = 64
"""Samples by which it is seen whether outputs are probabilities."""
ADAPTED = 10_000
"""Samples whose mean and variance a Normalization takes."""
LOGGING = ("tensorflow", "tensorboard")
"""What Keras writes logs for TensorBoard with, on any backend."""


class Moment(Record):
    """What a person who watches is told: a batch, or with `logs` an epoch that is whole.

    `first` are the seconds from the beginning to the second step, when all is compiled.
    """

    run: str
    epoch: int
    epochs: int
    batch: int = 0
    batches: int = 0
    logs: Mapping[str, float] | None = None
    first: float | None = None


class Job(Record):
    """What one run is to do: a network on data by a recipe, from a seed, in a folder.

    `title` is how it is called; `weights` loads weights into the model before it is trained.
    """

    title: str
    network: Network
    fed: Feed
    classes: int
    recipe: Recipe
    seed: int
    folder: Folder
    weights: Callable[[Any], None] | None = None


def train(job: Job, tell: Tell, until: int | None = None) -> None:
    """Train from where the folder stands to the end, and write down what came of it.

    `until` breaks off after so many epochs in all; the run can go on from there.
    A run that has ended goes on where more epochs or more patience are asked for than it had. At
    most the running epoch is lost, however the process ends. Raises UsageError where memory or
    the disk run out; what was reached stays.
    """
    state = job.folder.state()
    longer = _goes_on(state, job.recipe)
    if until is not None and until < job.recipe.epochs and len(state.epochs) >= until:
        return
    if longer:
        job.folder.remove("result.json")
        state = state.changed(ended=None)
    elif job.folder.read("result.json") is not None:
        return
    job.folder.write("environment.json", environment())
    with _told(job):
        model = _begun(job)
        if state.epochs:
            _restore(model, job.folder.kept(len(state.epochs) - 1))
        if state.ended is None:
            state = _fit(model, job, state, tell, until or job.recipe.epochs)
        if state.ended is not None:
            _conclude(model, job, state)


def prove(job: Job) -> None:
    """Raise UsageError for what cannot be built, loaded or compiled as asked for."""
    if job.recipe.tensorboard and not all(map(find_spec, LOGGING)):
        raise UsageError(say("train.tensorboard"))
    with _told(job):
        _begun(job)


@contextmanager
def _told(job: Job) -> Iterator[None]:
    """Say in words that memory ran out."""
    try:
        yield
    except UsageError:
        raise
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        smaller = max(1, job.recipe.batch_size // 2)
        what = say("train.memory", run=job.title, batch=job.recipe.batch_size, smaller=smaller)
        raise UsageError(what) from error


def _begun(job: Job) -> Any:
    """The model as it is before its first epoch."""
    import keras

    keras.backend.clear_session()
    keras.mixed_precision.set_dtype_policy(job.recipe.policy)
    seeded(job.seed, deterministic=job.recipe.deterministic)
    return _compiled(job)


def _goes_on(state: State, recipe: Recipe) -> bool:
    """Whether a run that has ended would not have by this recipe."""
    waits = recipe.patience is None or state.waited < recipe.patience
    return state.ended in ("done", "early") and len(state.epochs) < recipe.epochs and waits


def _compiled(job: Job) -> Any:

    from sizeup.builders.live import to_keras

    model = to_keras(job.network)
    if job.weights is not None:
        job.weights(model)
    if job.weights is None:
        _adapt(model, job.fed)
    optimizer = _optimizer(job.recipe)
    loss = _loss(model, job)
    model.compile(optimizer=optimizer, loss=loss, metrics=[_accuracy(loss)])
    optimizer.build(model.trainable_variables)
    return model


def _optimizer(recipe: Recipe) -> Any:
    import keras

    try:
        optimizer = keras.optimizers.get(recipe.optimizer)
    except (ValueError, KeyError) as error:  # KeyError: one that is made of another one
        raise UsageError(say("train.optimizer", name=recipe.optimizer)) from error
    if recipe.learning_rate is not None:
        optimizer.learning_rate = recipe.learning_rate
    return optimizer


def _adapt(model: Any, fed: Feed) -> None:
    """Let what normalizes first learn the mean and variance of the samples, as its source would."""
    import keras

    first = next((n for n in model.layers if not isinstance(n, keras.layers.InputLayer)), None)
    if isinstance(first, keras.layers.Normalization) and first.input_mean is None:
        few = fed.train[0][:ADAPTED]
        first.adapt(few.astype("float32"))


def _loss(model: Any, job: Job) -> Any:
    """Cross-entropy, of probabilities where the network gives such, else of logits."""
    import keras
    import numpy as np

    few = batches((job.fed.train[0][:PROBED], job.fed.train[1][:PROBED]), job.fed, PROBED)
    given = np.asarray(keras.ops.convert_to_numpy(model(few[0][0], training=False)), np.float64)
    if given.shape[-1] == 1:
        sigmoid = _ends_with(model, keras.activations.sigmoid)
        return keras.losses.BinaryCrossentropy(from_logits=not sigmoid)
    shares = bool((given >= 0).all() and np.allclose(given.sum(-1), 1, atol=1e-2))
    shares = shares or _ends_with(model, keras.activations.sigmoid)
    return keras.losses.SparseCategoricalCrossentropy(from_logits=not shares)


def _accuracy(loss: Any) -> Any:
    """The share of samples that are told right."""
    import keras

    if isinstance(loss, keras.losses.BinaryCrossentropy):
        return keras.metrics.BinaryAccuracy(name="accuracy", threshold=_threshold(loss))
    return keras.metrics.SparseCategoricalAccuracy(name="accuracy")


def _threshold(loss: Any) -> float:
    """What the one output of a network exceeds for the second class."""
    return 0.0 if loss.get_config()["from_logits"] else 0.5


def _ends_with(model: Any, activation: Any) -> bool:
    """Whether the last layer applies an activation."""
    last = model.outputs[0]._keras_history.operation  # noqa: SLF001
    if hasattr(last, "outputs") and hasattr(last, "layers"):
        return _ends_with(last, activation)
    return getattr(last, "activation", None) is activation


def _variables(model: Any) -> list[Any]:
    """All that a run is made of: weights, statistics, states of random numbers and optimizer."""
    return [*model.variables, *model.optimizer.variables]


def _arrays(model: Any) -> list[Any]:
    import keras

    return [keras.ops.convert_to_numpy(each) for each in _variables(model)]


def _restore(model: Any, arrays: list[Any]) -> None:
    variables = _variables(model)
    if [tuple(v.shape) for v in variables] != [a.shape for a in arrays]:
        raise UsageError(say("train.other_run"))
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def _fit(model: Any, job: Job, state: State, tell: Tell, until: int) -> State:
    """Keras' loop; after each epoch everything that the next one needs is on the disk."""
    import keras

    recipe, folder, begun = job.recipe, job.folder, len(state.epochs)
    reached, first, started = state, None, time.perf_counter()

    class Keeper(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            del logs
            reseeded(job.seed, epoch)
            self.started = time.perf_counter()

        def on_train_batch_begin(self, number: int, logs: Any = None) -> None:
            nonlocal first
            del logs
            if first is None and number == 1:
                first = time.perf_counter() - started
                tell(Moment(job.title, begun + 1, recipe.epochs, first=first))

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            nonlocal reached
            seconds = time.perf_counter() - self.started
            figures = {name: float(value) for name, value in logs.items()}
            if not all(map(_finite, figures.values())):
                reached = reached.changed(ended="nan")
                self.model.stop_training = True
            else:
                reached = reached.after({**figures, "seconds": round(seconds, 3)})
                if recipe.patience is not None and reached.waited >= recipe.patience:
                    reached = reached.changed(ended="early")
                    self.model.stop_training = True
            folder.commit(reached, _arrays(self.model) if reached.ended != "nan" else None)
            tell(Moment(job.title, epoch + 1, recipe.epochs, logs={**figures, "seconds": seconds}))

    def batch(number: int, many: int) -> None:
        tell(Moment(job.title, current.epoch + 1, recipe.epochs, number, many))

    current = batches(job.fed.train, job.fed, recipe.batch_size, seed=job.seed, epoch=begun,
                      tell=batch)  # fmt: skip
    callbacks = [Keeper()]
    if recipe.tensorboard:
        callbacks.append(keras.callbacks.TensorBoard(folder.path / "tensorboard"))
    model.fit(
        current,
        validation_data=batches(job.fed.validation, job.fed, recipe.batch_size),
        initial_epoch=begun,
        epochs=min(until, recipe.epochs),
        callbacks=callbacks,
        shuffle=False,  # of batches, which have an order of their own
        verbose=0,
    )
    done = reached.ended is None and len(reached.epochs) >= recipe.epochs
    return reached.changed(ended="done") if done else reached


def _finite(value: float) -> bool:
    return value == value and abs(value) != float("inf")  # noqa: PLR0124


def _conclude(model: Any, job: Job, state: State) -> None:
    """The weights of the last and the best epoch, and how the best one does."""
    folder = job.folder
    folder.commit(state)
    result: dict[str, Any] = {"ended": state.ended, "epochs": len(state.epochs)}
    if state.best is not None:
        for name, epoch in (("last", len(state.epochs) - 1), ("best", state.best)):
            _restore(model, folder.kept(epoch))
            folder.put(f"{name}.weights.h5", model.save_weights)
        result |= {"best_epoch": state.best + 1, **_judged(model, job)}
    folder.write("result.json", result)


def _judged(model: Any, job: Job) -> dict[str, Any]:
    """The confusion matrix over the test samples, over those kept aside where there are none.

    Rows are true classes, columns what the network takes them for.
    """
    import numpy as np

    judged = job.fed.test or job.fed.validation
    given = model.predict(batches(judged, job.fed, job.recipe.batch_size), verbose=0)
    binary = given.shape[-1] == 1
    taken = (given[:, 0] > _threshold(model.loss)).astype(int) if binary else given.argmax(-1)
    matrix = np.zeros((job.classes, job.classes), int)
    np.add.at(matrix, (judged[1], taken), 1)
    return {
        "judged": "test" if job.fed.test else "validation",
        "samples": len(judged[1]),
        "accuracy": float(np.trace(matrix) / len(judged[1])),
        "confusion": matrix.tolist(),
    }
