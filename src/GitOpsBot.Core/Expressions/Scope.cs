using GitOpsBot.Core.Expressions.Functions;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions;

/// <summary>A variable that a host declares.</summary>
/// <param name="Name">Its name; dots make it qualified.</param>
/// <param name="Type">Its type; every value it is given must be of it.</param>
internal sealed record Variable(string Name, CelType Type);

/// <summary>What an expression may name: variables of the host, functions, and the container that short names are looked up in first.</summary>
internal sealed class Scope
{
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    /// <summary>These variables, and the library's functions.</summary>
    public Scope(params IReadOnlyList<Variable> variables)
    {
        Variables = variables;
        for (var i = 0; i < variables.Count; i++)
        {
            places.Add(variables[i].Name, i);
        }
    }

    /// <summary>The variables, in the order in which values are given.</summary>
    public IReadOnlyList<Variable> Variables { get; }

    /// <summary>Functions by name.</summary>
    public IReadOnlyDictionary<string, Function> Functions { get; init; } = Library.All;

    /// <summary>A qualified name, or empty (cel-spec, "Name Resolution").</summary>
    public string Container { get; init; } = "";

    /// <summary>The place of a variable in <see cref="Variables"/>, by its full name; negative when there is none.</summary>
    public int Find(string name) => places.TryGetValue(name, out var place) ? place : -1;

    /// <summary>The names that a name may stand for, from the innermost container outwards.</summary>
    public IEnumerable<string> Meanings(string name, bool isRooted)
    {
        for (var container = isRooted ? "" : Container; container.Length > 0; container = container[..Math.Max(container.LastIndexOf('.'), 0)])
        {
            yield return $"{container}.{name}";
        }

        yield return name;
    }
}

/// <summary>Values of a scope's variables for one evaluation; a variable without one fails where it is used.</summary>
internal sealed class Bindings(Scope scope)
{
    private readonly CelValue[] values = new CelValue[scope.Variables.Count];

    /// <summary>The value of the variable at this place.</summary>
    public CelValue this[int place] => values[place];

    /// <summary>Gives a variable its value.</summary>
    public Bindings With(Variable variable, CelValue value)
    {
        values[scope.Find(variable.Name)] = value;
        return this;
    }
}
