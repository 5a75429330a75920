namespace GitOpsBot.Core.Expressions.Types;

/// <summary>
/// Finds what type parameters stand for while an expression is checked. A parameter that has met two types that agree stands for the more
/// general one; what is not bound in the end is <c>dyn</c>.
/// </summary>
internal sealed class Unifier
{
    private readonly Dictionary<string, CelType> bound = new(StringComparer.Ordinal);
    private readonly Stack<(string Name, CelType? Before)> changes = new();
    private int fresh;

    /// <summary>A parameter that nothing else uses.</summary>
    public CelType Fresh() => CelType.Parameter(FormattableString.Invariant($"%{fresh++}"));

    /// <summary>Whether values of one type may stand where the other is expected; what that says of parameters is kept only then.</summary>
    public bool IsAssignable(CelType from, CelType to) => AreAssignable([from], [to]);

    /// <summary>The same for several at once.</summary>
    public bool AreAssignable(IReadOnlyList<CelType> from, IReadOnlyList<CelType> to)
    {
        changes.Clear();
        if (AllAgree(from, to))
        {
            return true;
        }

        while (changes.TryPop(out var change))
        {
            if (change.Before is { } before)
            {
                bound[change.Name] = before;
            }
            else
            {
                bound.Remove(change.Name);
            }
        }

        return false;
    }

    /// <summary>The more general of two types that agree; what null stands for is more than null.</summary>
    public static CelType MoreGeneral(CelType a, CelType b) => IsAtLeastAsGeneral(a, b) || IsNullFor(b, a) ? a : b;

    /// <summary>The type with every bound parameter replaced; those that are not bound stay, or become <c>dyn</c>.</summary>
    public CelType Resolve(CelType type, bool isFinal = false)
    {
        if (type.Kind == TypeKind.Parameter)
        {
            return bound.TryGetValue(type.Name, out var found) ? Resolve(found, isFinal) : isFinal ? CelType.Dyn : type;
        }

        return type.Parameters.Count == 0 ? type : Rebuilt(type, p => Resolve(p, isFinal));
    }

    /// <summary>The types with parameters of the same name replaced by the same fresh one.</summary>
    public IReadOnlyList<CelType> Instance(IReadOnlyList<CelType> types)
    {
        var names = new Dictionary<string, CelType>(StringComparer.Ordinal);
        CelType Renamed(CelType type) => type.Kind == TypeKind.Parameter
            ? names.TryGetValue(type.Name, out var known) ? known : names[type.Name] = Fresh()
            : type.Parameters.Count == 0 ? type : Rebuilt(type, Renamed);
        return [.. types.Select(Renamed)];
    }

    private static CelType Rebuilt(CelType type, Func<CelType, CelType> each) => type.Kind switch
    {
        TypeKind.List => CelType.List(each(type.Parameters[0])),
        TypeKind.Map => CelType.Map(each(type.Parameters[0]), each(type.Parameters[1])),
        TypeKind.Type => CelType.TypeOf(each(type.Parameters[0])),
        _ => CelType.Opaque(type.Name, [.. type.Parameters.Select(each)]),
    };

    private bool AllAgree(IReadOnlyList<CelType> from, IReadOnlyList<CelType> to)
    {
        if (from.Count != to.Count)
        {
            return false;
        }

        for (var i = 0; i < from.Count; i++)
        {
            if (!Agree(from[i], to[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool Agree(CelType a, CelType b)
    {
        if (b.Kind == TypeKind.Parameter && (Bind(b, a) is var isBound && (isBound || bound.ContainsKey(b.Name))))
        {
            return isBound;
        }

        if (a.Kind == TypeKind.Parameter)
        {
            return Bind(a, b);
        }

        return a.Kind == TypeKind.Dyn || b.Kind == TypeKind.Dyn
            || IsNullFor(a, b) || IsNullFor(b, a)
            || (a.IsNumber && ReferenceEquals(b, CelType.AnyNumber))
            || (a.Kind == b.Kind && (a.Kind == TypeKind.Type || (a.Name == b.Name && AllAgree(a.Parameters, b.Parameters))));
    }

    // The conformance cases ask for it. cel-go lets null stand for a timestamp or duration too; then what was checked could still fail by type.
    private static bool IsNullFor(CelType a, CelType b) => ReferenceEquals(a, CelType.Null) && b.Kind == TypeKind.Opaque;

    private bool Bind(CelType parameter, CelType type)
    {
        if (parameter.IsSame(type))
        {
            return true;
        }

        if (!bound.TryGetValue(parameter.Name, out var known))
        {
            return !Holds(type, parameter) && Set(parameter, type);
        }

        if (known.IsSame(type))
        {
            return true;
        }

        if (!Agree(type, known))
        {
            return false;
        }

        var general = MoreGeneral(type, known);
        _ = Holds(general, parameter) || Set(parameter, general);
        return true;
    }

    private bool Set(CelType parameter, CelType type)
    {
        changes.Push((parameter.Name, bound.GetValueOrDefault(parameter.Name)));
        bound[parameter.Name] = type;
        return true;
    }

    private bool Holds(CelType type, CelType parameter) => type.Kind == TypeKind.Parameter
        ? type.Name == parameter.Name || (bound.TryGetValue(type.Name, out var known) && Holds(known, parameter))
        : type.Parameters.Any(p => Holds(p, parameter));

    private static bool IsAtLeastAsGeneral(CelType a, CelType b) => a.Kind is TypeKind.Dyn or TypeKind.Parameter
        || (b.Kind is not (TypeKind.Dyn or TypeKind.Parameter) && a.Kind == b.Kind
            && (a.Kind == TypeKind.Type || (a.Name == b.Name && a.Parameters.Zip(b.Parameters, IsAtLeastAsGeneral).All(general => general))));
}
