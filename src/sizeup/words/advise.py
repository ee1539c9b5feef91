"""What would make a network smaller, what each change gives up, and who says so."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "advise.title": "{name}:",
    "advise.parameters": "{count} parameters",
    "advise.macs": "{count} MACs",
    "advise.activations": "{count} activations",
    "advise.parameters_head": "parameters",
    "advise.macs_head": "MACs",
    "advise.activations_head": "activations",
    "advise.same": "same",
    "advise.costs": "What they give up:",
    "advise.values": "Chosen and ranked at {values}; --set NAME=VALUE gives others.",
    "advise.no_values": "No plain values of what is free make a valid network: give some with "
    "--set NAME=VALUE.",
    "advise.none": "No change that is known here makes it smaller.",
    "advise.training": "The sizes are exact; what a change costs in accuracy, only training tells. "
    "--apply K prints the network of change K as code.",
    "advise.no_number": "there is no change {number}: {count} are listed",
    "advise.all": "all {count} {kind}",
    "advise.both": "both {kind}",
    "advise.some": "{count} of {whole} {kind}",
    "advise.other_words": "the table and the output have other words",
    "advise.global_pooling": "{kind} instead of {where}",
    "advise.global_pooling_gives_up": "where in the map a feature stands: only its mean is left",
    "advise.global_pooling_source": "Lin et al. 2013, Network In Network, arXiv 1312.4400",
    "advise.pooling": "one more {kind} before {where}",
    "advise.pooling_gives_up": "places more exact than two steps of the map",
    "advise.pooling_source": "Scherer et al. 2010, Evaluation of Pooling Operations in "
    "Convolutional Architectures for Object Recognition, ICANN",
    "advise.bottleneck_dense": "a Dense of {units} units before {where}",
    "advise.bottleneck_dense_gives_up": "all that the layers before know beyond so few numbers",
    "advise.bottleneck_dense_source": "Grézl et al. 2007, Probabilistic and Bottle-Neck Features "
    "for LVCSR of Meetings, ICASSP",
    "advise.head": "a quarter of the units in {where} of the head",
    "advise.head_gives_up": "combinations of features to decide by; of ImageNet's classifier far "
    "more was taken away with a slight loss",
    "advise.head_source": "Zeiler and Fergus 2013, Visualizing and Understanding Convolutional "
    "Networks, table 3, arXiv 1311.2901",
    "advise.low_rank": "two thin matrices in place of {where}",
    "advise.low_rank_gives_up": "matrices of a higher rank than the number of columns in between",
    "advise.low_rank_source": "Denil et al. 2013, Predicting Parameters in Deep Learning, "
    "arXiv 1306.0543",
    "advise.separable": "depthwise separable convolutions in place of {where}",
    "advise.separable_gives_up": "patterns across places and channels at once: a filter sees each "
    "channel by itself; MobileNet lost 1.1 points of ImageNet's accuracy by it",
    "advise.separable_source": "Howard et al. 2017, MobileNets, table 4, arXiv 1704.04861",
    "advise.bottleneck": "a convolution of a quarter of the filters between two of size 1 in place "
    "of {where}",
    "advise.bottleneck_gives_up": "filters that see all channels at neighbouring places; three "
    "layers in a row are harder to train without shortcuts",
    "advise.bottleneck_source": "He et al. 2015, Deep Residual Learning for Image Recognition, "
    "arXiv 1512.03385",
    "advise.stack": "{count} convolutions of size 3 in place of size {size} in {where}",
    "advise.stack_gives_up": "kernels that do not split into small ones; more memory for what is "
    "in between",
    "advise.stack_source": "Simonyan and Zisserman 2014, Very Deep Convolutional Networks for "
    "Large-Scale Image Recognition, arXiv 1409.1556",
    "advise.factors": "a column and a row as kernels in place of {where}",
    "advise.factors_gives_up": "kernels that are not sums of few products of a column and a row",
    "advise.factors_source": "Jaderberg et al. 2014, Speeding up Convolutional Neural Networks "
    "with Low Rank Expansions, arXiv 1405.3866",
    "advise.embedding_factors": "a narrow table and a matrix in place of {where}",
    "advise.embedding_factors_gives_up": "differences between words beyond the narrow table's width",
    "advise.embedding_factors_source": "Lan et al. 2019, ALBERT, arXiv 1909.11942",
    "advise.tied": "the table of {table_name} for the output too, in place of {end_name}",
    "advise.tied_gives_up": "that a word is told by other weights than it is looked up by, and a "
    "bias for each word",
    "advise.tied_source": "Press and Wolf 2016, Using the Output Embedding to Improve Language "
    "Models, arXiv 1608.05859",
    "advise.gru": "GRU in place of {where}",
    "advise.gru_gives_up": "a memory apart from what is shown of it; neither was found to be "
    "better throughout",
    "advise.gru_source": "Chung et al. 2014, Empirical Evaluation of Gated Recurrent Neural "
    "Networks on Sequence Modeling, arXiv 1412.3555",
    "advise.width": "{share} of the width in {count} layers",
    "advise.width_one": "{share} of the width of {name}",
    "advise.width_gives_up": "features in every layer; MobileNet lost 2.2 points of ImageNet's "
    "accuracy with three quarters of them, 6.9 with a half",
    "advise.width_source": "Howard et al. 2017, MobileNets, table 6, arXiv 1704.04861",
    "advise.no_bias": "no bias before BatchNormalization in {where}",
    "advise.no_bias_gives_up": "nothing: the mean that is subtracted takes the bias away",
    "advise.no_bias_source": "Ioffe and Szegedy 2015, Batch Normalization, section 3.2, "
    "arXiv 1502.03167",
}
