using System.Globalization;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Expressions;
using GitOpsBot.Core.Expressions.Functions;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Policies;

/// <summary>
/// Facts that a person wrote down to try an expression on: a mapping with any of the names of <see cref="PolicyScope"/>. Times are texts in RFC 3339.
/// <c>predicate</c> is taken from <c>statement</c> where only that is written, <c>now</c> is the time given where it is not written.
/// </summary>
public sealed class PolicyFacts
{
    private PolicyFacts(Bindings bindings) => Bindings = bindings;

    internal Bindings Bindings { get; }

    /// <summary>No facts but the time.</summary>
    public static PolicyFacts None(DateTimeOffset now) => new(new Bindings(PolicyScope.Scope).With(Variable("now"), CelValue.Timestamp(now)));

    /// <summary>Reads facts; null when anything is wrong with them, which is added to <paramref name="problems"/>.</summary>
    public static PolicyFacts? Read(YamlNode root, DateTimeOffset now, ICollection<Problem> problems)
    {
        if (root is not YamlNode.Mapping mapping)
        {
            problems.Add(root.Place.Says($"Expected a mapping with any of the keys {string.Join(", ", PolicyScope.Scope.Variables.Select(v => v.Name))}, found {Shapes.Kind(root)}."));
            return null;
        }

        var before = problems.Count;
        var facts = None(now);
        foreach (var (key, node) in mapping.Entries)
        {
            if (PolicyScope.Scope.Find(key.Text) < 0)
            {
                problems.Add(key.Place.Says($"There is no fact {Shown.Quoted(key.Text)}.{NearestName.Hint(key.Text, PolicyScope.Scope.Variables.Select(v => v.Name))}"));
                continue;
            }

            facts.Bindings.With(Variable(key.Text), Value(node, Variable(key.Text).Type, problems));
        }

        var statement = facts.Bindings[PolicyScope.Scope.Find("statement")];
        if (statement.Kind == CelKind.Map && facts.Bindings[PolicyScope.Scope.Find("predicate")].Kind == CelKind.None)
        {
            facts.Bindings.With(Variable("predicate"), statement.AsMap.Find("predicate"));
        }

        return problems.Count == before ? facts : null;
    }

    private static Variable Variable(string name) => PolicyScope.Scope.Variables[PolicyScope.Scope.Find(name)];

    private static CelValue Value(YamlNode node, CelType type, ICollection<Problem> problems)
    {
        switch (type.Kind, node)
        {
            case (TypeKind.Record, YamlNode.Mapping mapping):
                return Record(mapping, type, problems);
            case (TypeKind.Map, YamlNode.Mapping mapping):
                return Map(mapping, type.Parameters[1], problems);
            case (TypeKind.Dyn, YamlNode.Mapping mapping):
                return Map(mapping, CelType.Dyn, problems);
            case (TypeKind.Dyn, YamlNode.Sequence sequence):
                return CelValue.List([.. sequence.Items.Select(i => Value(i, CelType.Dyn, problems))]);
            case (TypeKind.Dyn, YamlNode.Scalar scalar):
                return scalar.IsPlain ? Plain(scalar) : CelValue.Text(scalar.Text);
            case (TypeKind.Simple, YamlNode.Scalar scalar) when ReferenceEquals(type, CelType.Text):
                return CelValue.Text(scalar.Text);
            case (TypeKind.Simple, YamlNode.Scalar scalar) when Timestamps.Parse(scalar.Text) is { IsError: false } time:
                return time;
            default:
                problems.Add(node.Place.Says($"Expected {(ReferenceEquals(type, CelType.Timestamp) ? "a time such as 2026-12-31T00:00:00Z" : type.Kind == TypeKind.Simple ? type : "a mapping")}, found {Shapes.Kind(node)}."));
                return default;
        }
    }

    private static CelValue Record(YamlNode.Mapping mapping, CelType type, ICollection<Problem> problems)
    {
        var fields = new List<(string, CelValue)>();
        foreach (var (key, node) in mapping.Entries)
        {
            if (!type.Fields.TryGetValue(key.Text, out var field))
            {
                problems.Add(key.Place.Says($"There is no field {Shown.Quoted(key.Text)} in {type}.{NearestName.Hint(key.Text, type.Fields.Keys)}"));
                continue;
            }

            fields.Add((key.Text, Value(node, field, problems)));
        }

        return CelValue.Map(new CelRecord(type, [.. fields]));
    }

    private static CelValue Map(YamlNode.Mapping mapping, CelType type, ICollection<Problem> problems)
    {
        var map = new MadeMap();
        foreach (var (key, node) in mapping.Entries)
        {
            map.Add(CelValue.Text(key.Text), Value(node, type, problems));
        }

        return CelValue.Map(map);
    }

    // As JSON would have it.
    private static CelValue Plain(YamlNode.Scalar scalar) => Shapes.IsNull(scalar) ? CelValue.Null : scalar.Text switch
    {
        "true" => CelValue.True,
        "false" => CelValue.False,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => CelValue.Int(whole),
        var text when text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] == '-')
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) => CelValue.Double(real),
        var text => CelValue.Text(text),
    };
}
