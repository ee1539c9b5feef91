"""A network that writes text, letter by letter, in the spelling of Keras 1."""

from keras.layers.core import Activation, Dense, Dropout
from keras.layers.recurrent import LSTM
from keras.models import Sequential

with open("corpus.txt") as file:
    text = file.read().lower()
chars = sorted(set(text))
maxlen = 20

model = Sequential()
model.add(LSTM(512, return_sequences=True, input_shape=(maxlen, len(chars))))
model.add(Dropout(0.2))
model.add(LSTM(512, return_sequences=False))
model.add(Dropout(0.2))
model.add(Dense(len(chars)))
model.add(Activation("softmax"))
