using System.Globalization;
using RocketMQ.Broker.Filtering.Sql;

namespace RocketMQ.Broker.Tests.Filtering;

/// <summary>
/// Random expressions over random messages: the compiled filter against an evaluator that walks a tree of boxed
/// values, looks properties up in a dictionary, and throws where a comparison makes no sense.
/// </summary>
public class SqlReferenceTests
{
    private static readonly string[] Names = ["a", "b", "c", "TAGS", "price"];

    private static readonly string[] Values =
        ["0", "1", "-1", "5", "5.5", "10", "\t7", "3000000000", "9999999999999999999", "1e3", "true", "FALSE", "x", "xyz", "it's", "中", "NaN", "4f"];

    private readonly Random _random = new(92);

    [Test]
    public void Compiled_and_naive_evaluation_agree()
    {
        var counts = new Dictionary<string, int> { ["True"] = 0, ["False"] = 0, ["null"] = 0, ["error"] = 0 };
        for (var round = 0; round < 30_000; round++)
        {
            var tree = Condition(4);
            var text = Spelled(tree.Sql);
            Assert.That(SqlFilter.TryCompile(text, out var filter, out var reason), Is.True, $"{text}\n{reason}");
            for (var i = 0; i < 4; i++)
            {
                var message = Names.Where(_ => _random.Next(3) > 0).ToDictionary(name => name, _ => Pick(Values));
                var properties = Props.Of([.. message.Select(pair => (pair.Key, pair.Value))]);
                var expected = Naive(tree, message);
                counts[expected]++;
                Assert.That(filter!.Matches(properties), Is.EqualTo(expected == "True"),
                    () => $"{text}\n{string.Join("; ", message)} is {expected}");
            }
        }
        Assert.That(counts.Values, Has.All.GreaterThan(3000), string.Join(", ", counts));
    }

    private static string Naive(Node tree, Dictionary<string, string> message)
    {
        try
        {
            return tree.Value(message) switch { null => "null", bool truth => truth.ToString(), _ => "no truth" };
        }
        catch (NotComparableException)
        {
            return "error";
        }
    }

    private sealed record Node(string Sql, Func<Dictionary<string, string>, object?> Value);

    private sealed class NotComparableException : Exception;

    private Node Condition(int depth)
    {
        if (depth == 0)
            return Leaf();
        switch (_random.Next(6))
        {
            case 0:
            case 1:
                return Both(Condition(depth - 1), Condition(depth - 1), false);
            case 2:
            case 3:
                return Both(Condition(depth - 1), Condition(depth - 1), true);
            case 4:
                var inner = Condition(depth - 1);
                return new Node($"NOT ({inner.Sql})", m => Not(inner.Value(m)));
            default:
                return Leaf();
        }
    }

    private static Node Both(Node left, Node right, bool or) =>
        new($"({left.Sql}) {(or ? "OR" : "AND")} ({right.Sql})", m => Joined(() => left.Value(m), () => right.Value(m), or));

    private static bool? Joined(Func<object?> left, Func<object?> right, bool or)
    {
        var first = (bool?)left();
        if (first == or)
            return or;
        var second = (bool?)right();
        return second == or ? or : first is null || second is null ? null : !or;
    }

    private static bool? Not(object? truth) => truth is null ? null : !(bool)truth;

    private Node Leaf()
    {
        var property = Property();
        switch (_random.Next(9))
        {
            case 0:
                return Equality(property, _random.Next(2) == 0 ? Number() : Word());
            case 1:
                return _random.Next(2) == 0 ? Equality(Number(), property) : Equality(property, Property());
            case 2:
                return Equality(property, new Node("TRUE", _ => true));
            case 3:
                return Ordered(property, _random.Next(2) == 0 ? Number() : Property());
            case 4:
                return Ordered(Number(), property);
            case 5:
                return Between(property);
            case 6:
                return In(property);
            case 7:
                var not = _random.Next(2) == 0 ? "" : "NOT ";
                return new Node($"{property.Sql} IS {not}NULL", m => (property.Value(m) is null) == (not == ""));
            default:
                return Search(property);
        }
    }

    private Node Property()
    {
        var name = Pick(Names);
        return new Node(name, m => m.GetValueOrDefault(name));
    }

    private Node Number() => _random.Next(5) switch
    {
        0 => new Node("3000000000", _ => 3000000000L),
        1 => new Node("5.5", _ => 5.5),
        2 => new Node("-1", _ => -1),
        3 => new Node("1E3", _ => 1000.0),
        _ => Pick(new[] { 0, 1, 5, 10 }) is var i ? new Node(i.ToString(), _ => i) : null!,
    };

    private Node Word()
    {
        var word = Pick(Values);
        return new Node("'" + word.Replace("'", "''") + "'", _ => word);
    }

    private Node Equality(Node left, Node right)
    {
        var equal = _random.Next(2) == 0;
        return new Node($"{left.Sql} {(equal ? "=" : "<>")} {right.Sql}", m =>
        {
            var same = Same(left.Value(m), right.Value(m));
            return equal ? same : Not(same);
        });
    }

    private static bool? Same(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (null, _) => null,
        (_, null) => false,
        (string a, string b) => a == b,
        (string a, bool b) => a.Equals("true", StringComparison.OrdinalIgnoreCase) == b,
        _ => Compared(left, right) == 0,
    };

    private Node Ordered(Node left, Node right)
    {
        var sign = Pick(new[] { "<", "<=", ">", ">=" });
        return new Node($"{left.Sql} {sign} {right.Sql}", m => Ordered(left.Value(m), sign, right.Value(m)));
    }

    private static bool? Ordered(object? left, string sign, object? right)
    {
        if (left is null || right is null)
            return null;
        var order = Compared(left, right);
        return sign switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
    }

    private Node Between(Node value)
    {
        var not = _random.Next(2) == 0;
        Node low = new("1", _ => 1), high = _random.Next(2) == 0 ? Property() : new Node("5.5", _ => 5.5);
        return new Node($"{value.Sql} {(not ? "NOT " : "")}BETWEEN {low.Sql} AND {high.Sql}", m => Joined(
            () => Ordered(value.Value(m), not ? "<" : ">=", low.Value(m)),
            () => Ordered(value.Value(m), not ? ">" : "<=", high.Value(m)),
            or: not));
    }

    private Node In(Node property)
    {
        var not = _random.Next(2) == 0;
        var words = Enumerable.Range(0, 1 + _random.Next(7)).Select(_ => Pick(Values)).ToArray();
        var list = string.Join(", ", words.Select(word => "'" + word.Replace("'", "''") + "'"));
        return new Node($"{property.Sql} {(not ? "NOT " : "")}IN ({list})",
            m => property.Value(m) is string value ? words.Contains(value) != not : null);
    }

    private Node Search(Node property)
    {
        var not = _random.Next(2) == 0;
        var kind = _random.Next(3);
        var word = Pick(new[] { "", "x", "5", "it's", "中", "yz" });
        return new Node(
            $"{property.Sql} {(not ? "NOT " : "")}{new[] { "CONTAINS", "STARTSWITH", "ENDSWITH" }[kind]} '{word.Replace("'", "''")}'",
            m => word != "" && property.Value(m) is string text && not != (kind switch
            {
                0 => text.Contains(word, StringComparison.Ordinal),
                1 => text.StartsWith(word, StringComparison.Ordinal),
                _ => text.EndsWith(word, StringComparison.Ordinal),
            }));
    }

    private static int Compared(object left, object right)
    {
        if (left is string a)
            return Compared(Converted(a, right is string ? 0.0 : right), right);
        if (right is string b)
            return Compared(left, Converted(b, left));
        if (left is double || right is double)
        {
            // NaN: above everything, the other way round from .NET.
            double x = Convert.ToDouble(left, CultureInfo.InvariantCulture), y = Convert.ToDouble(right, CultureInfo.InvariantCulture);
            return double.IsNaN(x) != double.IsNaN(y) ? (double.IsNaN(x) ? 1 : -1) : x.CompareTo(y);
        }
        return Convert.ToInt64(left, CultureInfo.InvariantCulture).CompareTo(Convert.ToInt64(right, CultureInfo.InvariantCulture));
    }

    private static object Converted(string text, object like)
    {
        switch (like)
        {
            case int when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var i):
                return i;
            case long when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var l):
                return l;
            case double when text == "4f":
                return 4.0;
            case double when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var d):
                return d;
            default:
                throw new NotComparableException();
        }
    }

    /// <summary>The same expression with other blanks, comments and letter case in its keywords.</summary>
    private string Spelled(string sql)
    {
        sql = sql.Replace(" ", Pick(new[] { " ", "  ", "\n", " /* ' */ " }));
        return _random.Next(2) == 0 ? sql : sql.Replace("AND", "and").Replace("NOT", "Not").Replace("BETWEEN", "betWeen").Replace("IN (", "in(");
    }

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];
}
