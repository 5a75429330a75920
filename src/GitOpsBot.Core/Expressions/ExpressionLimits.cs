namespace GitOpsBot.Core.Expressions;

/// <summary>What bounds expressions. An expression is written by people who may change policies; what it is evaluated on, a stranger may have written.</summary>
public static class ExpressionLimits
{
    /// <summary>Characters of an expression: a hundred lines. What is longer nobody reviews, and parsing costs time for each character.</summary>
    public const int LongestExpression = 10_000;

    /// <summary>Levels of nesting, in the text and in the tree: parsing, checking and evaluating recurse, and people write less than ten.</summary>
    public const int DeepestExpression = 200;

    /// <summary>Steps of one evaluation, as many as Kubernetes allows one expression: a list of a hundred thousand components can be looked through, in some tens of milliseconds.</summary>
    public const long MostSteps = 1_000_000;

    /// <summary>UTF-16 units of a text, or bytes, that an expression may make: doubling ends here, and a megabyte of policy text is a mistake.</summary>
    public const int LongestText = 1024 * 1024;

    /// <summary>Items of a list or entries of a map that an expression may make.</summary>
    public const int LargestList = 100_000;

    /// <summary>Levels of lists in lists that are compared or shown: doing so recurses, and JSON of evidence has at most 64.</summary>
    public const int DeepestValue = 200;

    /// <summary>UTF-16 units of a regular expression: the time to match grows with it.</summary>
    public const int LongestPattern = 1000;

    /// <summary>Repetitions of a repetition, multiplied: what RE2 allows, since each is a copy of the automaton.</summary>
    public const int MostRepetitions = 1000;

    /// <summary>Parts that an explanation shows: more than anybody reads, and a loop over evidence could have a million.</summary>
    public const int MostObservations = 500;

    /// <summary>Problems told of one expression.</summary>
    public const int MostProblems = 20;
}
