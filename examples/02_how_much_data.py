"""How many labelled images would reach an error of 10%? Errors of logistic regression on the digits of scikit-learn."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

import netwright

x, y = load_digits(return_X_y=True)
x, held_x, y, held_y = x[:1297] / 16, x[1297:] / 16, y[:1297], y[1297:]
sizes, errors = [40, 80, 160, 320], []
for n in sizes:
    drawn = [np.random.default_rng(seed).permutation(1297)[:n] for seed in range(3)]
    errors.append([1 - LogisticRegression().fit(x[i], y[i]).score(held_x, held_y) for i in drawn])

curve = netwright.fit_curve(sizes, errors)
print(curve)
print("at 1,280 images: {:.3f} ({:.3f} to {:.3f})".format(*curve.predict(1280)))
print("10%: P(reachable) {:.2f}; {:.0f} images with even chances, {:.0f} with 90%".format(*curve.required(0.10)))
