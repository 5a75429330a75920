namespace GitOpsBot.Core.Tests.Expressions;

/// <summary>Expressions at random: mostly of one type throughout, with slips of the hand in between, so that the checker has something to say.</summary>
internal sealed class GeneratedExpression(Random random, int slips)
{
    private static readonly string[] Types = ["bool", "int", "uint", "double", "string", "time", "span", "ints", "texts", "map", "optional", "bytes", "type"];
    private readonly Stack<(string Name, string Type)> locals = new();

    public string Of(string type, int depth)
    {
        if (slips > 0 && random.Next(slips) == 0)
        {
            type = Types[random.Next(Types.Length)];
        }

        var known = locals.Where(l => l.Type == type).Select(l => l.Name).ToList();
        if (known.Count > 0 && random.Next(3) == 0)
        {
            return known[random.Next(known.Count)];
        }

        string New(string of) => Of(of, depth - 1);
        if (depth <= 0)
        {
            return Leaf(type);
        }

        switch (random.Next(9))
        {
            case 0: return Leaf(type);
            case 1: return $"({New("bool")} ? {New(type)} : {New(type)})";
            case 2: return Bound(type, depth);
            case 3 when type is "int" or "uint" or "double": return $"({New(type)} {"+-*/"[random.Next(4)]} {New(type)})";
            default: return Form(type, New, depth);
        }
    }

    private string Form(string type, Func<string, string> of, int depth) => type switch
    {
        "bool" => random.Next(12) switch
        {
            0 => $"({of("bool")} && {of("bool")})",
            1 => $"({of("bool")} || {of("bool")} || {of("bool")})",
            2 => $"!{of("bool")}",
            3 => Same(of, "==", "!="),
            4 => $"({of("int")} {Pick("<", "<=", ">", ">=")} {of("int")})",
            5 => $"({of("string")} in {of("texts")})",
            6 => $"({of("string")} in {of("map")})",
            7 => Loop("ints", "int", Pick("all", "exists", "exists_one"), "bool", depth),
            8 => Loop("texts", "string", Pick("all", "exists", "existsOne"), "bool", depth),
            9 => $"{of("string")}.{Pick("startsWith", "endsWith", "contains")}({of("string")})",
            10 => $"{of("optional")}.hasValue()",
            _ => $"{of("string")}.matches({Pick("'a+'", "'[a-c]*$'", "r'\\d'", "'('", "s")})",
        },
        "int" => random.Next(8) switch
        {
            0 => $"size({of(Pick("ints", "texts", "string", "map", "bytes"))})",
            1 => $"{of("ints")}[{of("int")}]",
            2 => $"{of("map")}[{of("string")}]",
            3 => $"{of("optional")}.orValue({of("int")})",
            4 => $"{of("time")}.{Pick("getFullYear()", "getHours('Europe/Berlin')", "getDayOfWeek('+01:00')")}",
            5 => $"int({of(Pick("double", "uint", "string", "time"))})",
            6 => $"math.greatest({of("int")}, {of("int")})",
            _ => $"({of("int")} % {of("int")})",
        },
        "uint" => Pick($"uint({of("int")})", $"math.abs({of("uint")})", $"({of("uint")} % {of("uint")})"),
        "double" => Pick($"double({of("int")})", $"math.floor({of("double")})", $"-{of("double")}", $"double({of("string")})"),
        "string" => random.Next(6) switch
        {
            0 => $"({of("string")} + {of("string")})",
            1 => $"string({of(Pick("int", "double", "bool", "time", "span", "bytes"))})",
            2 => $"{of("string")}.{Pick("upperAscii()", "trim()", "reverse()", "charAt(" + of("int") + ")", "substring(" + of("int") + ")")}",
            3 => $"{of("texts")}.join({of("string")})",
            4 => $"{of("texts")}[{of("int")}]",
            _ => $"'%s %d'.format([{of("string")}, {of("int")}])",
        },
        "time" => Pick($"({of("time")} {Pick("+", "-")} {of("span")})", $"timestamp({of("int")})", $"timestamp({of("string")})"),
        "span" => Pick($"({of("time")} - {of("time")})", $"({of("span")} + {of("span")})", $"duration({of("string")})"),
        "ints" => random.Next(6) switch
        {
            0 => $"[{of("int")}, {of("int")}]",
            1 => $"({of("ints")} + {of("ints")})",
            2 => Loop("ints", "int", Pick("map", "map"), "int", depth),
            3 => Loop("texts", "string", "map", "int", depth),
            4 => Loop("ints", "int", "filter", "bool", depth),
            _ => $"[{of("int")}, ?{of("optional")}]",
        },
        "texts" => Pick($"[{of("string")}, {of("string")}]", $"{of("string")}.split({of("string")})", Loop("map", "string", "filter", "bool", depth), Loop("texts", "string", "map", "string", depth)),
        "map" => Pick($"{{{of("string")}: {of("int")}}}", $"{{'a': {of("int")}, ?'b': {of("optional")}}}"),
        "optional" => Pick($"optional.of({of("int")})", $"{of("optional")}.or({of("optional")})", $"{of("ints")}[?{of("int")}]", $"m.?{Pick("a", "zz")}", $"{of("map")}[?{of("string")}]"),
        "bytes" => Pick($"bytes({of("string")})", $"({of("bytes")} + {of("bytes")})", $"base64.decode({of("string")})"),
        _ => $"type({of(Pick("int", "string", "bool"))})",
    };

    private string Same(Func<string, string> of, params string[] operators)
    {
        var type = Types[random.Next(Types.Length)];
        return $"({of(type)} {Pick(operators)} {of(type)})";
    }

    private string Loop(string range, string item, string macro, string body, int depth)
    {
        var through = Of(range, depth - 1);
        locals.Push(($"v{locals.Count}", item));
        var text = $"{through}.{macro}({locals.Peek().Name}, {Of(body, depth - 1)})";
        locals.Pop();
        return text;
    }

    private string Bound(string type, int depth)
    {
        var bound = Types[random.Next(Types.Length)];
        var value = Of(bound, depth - 1);
        locals.Push(($"v{locals.Count}", bound));
        var text = $"cel.bind({locals.Peek().Name}, {value}, {Of(type, depth - 1)})";
        locals.Pop();
        return text;
    }

    private string Leaf(string type) => type switch
    {
        "bool" => Pick("true", "false", "b", "has(m.a)"),
        "int" => Pick("0", "1", "-3", "i", "9223372036854775807", "m.a"),
        "uint" => Pick("0u", "2u", "u"),
        "double" => Pick("0.0", "1.5", "d", "-1e3"),
        "string" => Pick("''", "'a'", "s", "'2026-01-01T00:00:00Z'", "'90s'", "'12'", "'😀b'"),
        "time" => Pick("t", "timestamp(0)"),
        "span" => Pick("du", "duration('1h')"),
        "ints" => Pick("li", "[1, 2]", "[3]"),
        "texts" => Pick("ls", "['x', 'y']"),
        "map" => Pick("m", "{'a': 3}"),
        "optional" => Pick("oi", "no"),
        "bytes" => Pick("by", "b'a'"),
        _ => Pick("int", "type(s)"),
    };

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
