using System.Text;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Filtering.Sql;

namespace RocketMQ.Broker.Tests.Filtering;

public class SqlRefusalTests
{
    [TestCase("", 1, "empty")]
    [TestCase("  /* nothing */ ", 17, "empty")]
    [TestCase("a and between 2 and 10", 7, "'between'")]
    [TestCase("a between 10 and 0", 11, "from the lower value to the higher")]
    [TestCase("a between 2.5 and 2", 11, "from the lower value to the higher")]
    [TestCase("a between 1, 2", 12, "BETWEEN goes low AND high")]
    [TestCase("a between null and 2", 11, "only numbers and properties")]
    [TestCase("a > 100000000000000000000000", 5, "greater than 9223372036854775807")]
    [TestCase("a = -9223372036854775808", 6, "greater than 9223372036854775807")]
    [TestCase("a > 1e400", 5, "greater than 1.79E308")]
    [TestCase("a > 0.0", 5, "write 0")]
    [TestCase("a > 'x'", 5, "only numbers and properties")]
    [TestCase("a > TRUE", 5, "only numbers and properties")]
    [TestCase("a > 5 > 3", 1, "only numbers and properties")]
    [TestCase("NOT a > 5", 1, "only numbers and properties")]
    [TestCase("a = NULL", 1, "IS NULL")]
    [TestCase("a <> NULL", 1, "IS NULL")]
    [TestCase("TRUE = 5", 8, "TRUE and FALSE cannot be compared")]
    [TestCase("a in (1, 2)", 7, "texts in single quotes")]
    [TestCase("a in ()", 7, "texts in single quotes")]
    [TestCase("a in ('1', )", 12, "texts in single quotes")]
    [TestCase("a in ('1'", 10, "ends too early")]
    [TestCase("a in '1'", 6, "IN goes with a list")]
    [TestCase("'a' in ('1')", 1, "a property name has to stand before it")]
    [TestCase("value contains x", 16, "a text in single quotes")]
    [TestCase("value contains 123", 16, "a text in single quotes")]
    [TestCase("'axb' contains ", 16, "ends too early")]
    [TestCase("a is 5", 6, "NULL")]
    [TestCase("a is not 5", 10, "NULL")]
    [TestCase("a not = 5", 3, "NOT stands before")]
    [TestCase("a == 5", 4, "unexpected '='")]
    [TestCase("a != 5", 3, "unexpected character '!'")]
    [TestCase("a = \"x\"", 5, "unexpected character '\"'")]
    [TestCase("a = 'x", 5, "no closing quote")]
    [TestCase("a = 'x''", 5, "no closing quote")]
    [TestCase("a = 1 /* open", 7, "unexpected character '/'")]
    [TestCase("(a = 1", 7, "a parenthesis is not closed")]
    [TestCase("a = 1)", 6, "unexpected ')'")]
    [TestCase("a = 1 b = 2", 7, "should end here")]
    [TestCase("a = 007", 6, "should end here")]
    [TestCase("a = 0x1F", 6, "should end here")]
    [TestCase("a like 'x%'", 3, "should end here")]
    [TestCase("a > 1 + 2", 7, "should end here")]
    [TestCase("my-prop = 1", 3, "should end here")]
    [TestCase("a.b = 1", 2, "unexpected character '.'")]
    [TestCase("5", 1, "a condition is wanted")]
    [TestCase("'x'", 1, "a condition is wanted")]
    [TestCase("a = 1 AND 5", 11, "a condition is wanted")]
    [TestCase("-a", 1, "a condition is wanted")]
    [TestCase("NOT 'x'", 5, "a condition is wanted")]
    [TestCase("中 = 1", 1, "unexpected character '中'")]
    public void A_bad_expression_is_refused_with_place_and_reason(string expression, int position, string part)
    {
        Assert.That(SqlFilter.TryCompile(expression, out var filter, out var reason), Is.False);
        Assert.That(filter, Is.Null);
        Assert.That(reason, Does.StartWith($"position {position}: ").And.Contain(part));
    }

    [Test]
    public void Null_is_refused_as_empty() =>
        Assert.That(SqlFilter.TryCompile(null, out _, out var reason) ? "" : reason, Does.Contain("empty"));

    [Test]
    public void An_expression_may_have_so_many_characters_and_no_more()
    {
        var longest = "a = '" + new string('x', SqlFilter.MaxLength - 6) + "'";
        Assert.That(SqlFilter.TryCompile(longest, out _, out var reason), Is.True, reason);
        Assert.That(SqlFilter.TryCompile(longest + " ", out _, out reason), Is.False);
        Assert.That(reason, Does.Contain("65537 characters").And.Contain("65536"));
    }

    [TestCase("(", "a = 1", ")")]
    [TestCase("NOT ", "TRUE", "")]
    [TestCase("a = -", "1", "")]
    [TestCase("(- ", "a", ") IS NULL")]
    [TestCase("", "a", " = a")]
    [TestCase("", "a", " IS NULL")]
    [TestCase("", "a", " CONTAINS 'x'")]
    public void Nesting_is_bounded(string before, string core, string after)
    {
        string Nested(int levels) => string.Concat(Enumerable.Repeat(before, levels)) + core + string.Concat(Enumerable.Repeat(after, levels));
        Assert.That(SqlFilter.TryCompile(Nested(2).Replace("a = -a = -", "a = --"), out _, out var reason), Is.True, reason);
        Assert.That(SqlFilter.TryCompile(Nested(3000), out _, out reason), Is.False);
        Assert.That(reason, Does.Contain("nested deeper than 128 levels"));
    }

    [Test]
    public void Long_flat_expressions_are_not_deep()
    {
        var flat = string.Join(" OR ", Enumerable.Range(0, 4000).Select(i => $"a = {i}"));
        Assert.That(SqlFilter.TryCompile(flat, out var filter, out var reason), Is.True, reason);
        Assert.That(filter!.Matches(Props.Parse("a=3999")), Is.True);
    }

    [Test]
    public void Whatever_the_text_the_answer_is_a_filter_or_a_reason()
    {
        string[] words =
        [
            "a", "b", "TAGS", "AND", "OR", "NOT", "not", "IN", "BETWEEN", "IS", "NULL", "TRUE", "FALSE", "CONTAINS", "STARTSWITH",
            "ENDSWITH", "=", "<>", "<", "<=", ">", ">=", "(", ")", ",", "+", "-", "--", "/*", "*/", "\n", "'x'", "''", "'", "5", "0",
            "5L", "0.5", ".5", ".", "1e9", "1e999", "99999999999999999999", "中", "😀", "\ud83d", "\0", "!", "|", "\t", ";",
        ];
        var random = new Random(20240501);
        var compiled = 0;
        var properties = Props.Parse("a=1;b=x;TAGS=TagA");
        for (var round = 0; round < 100_000; round++)
        {
            var text = new StringBuilder();
            for (var count = random.Next(14); count >= 0; count--)
                text.Append(words[random.Next(words.Length)]).Append(random.Next(3) == 0 ? "" : " ");
            if (SqlFilter.TryCompile(text.ToString(), out var filter, out var reason))
            {
                compiled++;
                filter.Matches(properties);
            }
            else
            {
                Assert.That(reason, Does.StartWith("position "), text.ToString());
            }
        }
        Assert.That(compiled, Is.GreaterThan(100));
    }

    [Test]
    public void Random_characters_never_throw()
    {
        var random = new Random(7);
        for (var round = 0; round < 50_000; round++)
        {
            var text = string.Create(random.Next(20), random, static (span, source) =>
            {
                foreach (ref var c in span)
                    c = source.Next(4) == 0 ? (char)source.Next(0x10000) : (char)source.Next(32, 127);
            });
            if (!SqlFilter.TryCompile(text, out _, out var reason))
                Assert.That(reason, Does.StartWith("position "), text);
        }
    }

    [Test]
    public void Unknown_expression_types_are_refused_by_name()
    {
        Assert.That(MessageFilters.TryCreate("XPATH", "a", out _, out var reason), Is.False);
        Assert.That(reason, Does.Contain("'XPATH'").And.Contain("TAG").And.Contain("SQL92"));
        Assert.That(MessageFilters.TryCreate("sql92", "a = 1", out _, out _), Is.False);
    }

    [Test]
    public void An_absent_type_means_tags()
    {
        foreach (var type in new[] { null, "", "TAG" })
        {
            Assert.That(MessageFilters.TryCreate(type, "A || B", out var filter, out _), Is.True);
            Assert.That(filter, Is.TypeOf<TagFilter>());
        }
        Assert.That(MessageFilters.TryCreate("SQL92", "a = 1", out var sql, out _), Is.True);
        Assert.That(sql, Is.TypeOf<SqlFilter>());
    }

    [Test]
    public void The_cache_compiles_once_and_holds_no_more_than_its_capacity()
    {
        var cache = new MessageFilterCache(capacity: 4);
        Assert.That(cache.TryGet("SQL92", "a = 1", out var first, out _), Is.True);
        Assert.That(cache.TryGet("SQL92", "a = 1", out var again, out _), Is.True);
        Assert.That(again, Is.SameAs(first));
        Assert.That(cache.TryGet("TAG", "a = 1", out var tags, out _), Is.True);
        Assert.That(tags, Is.TypeOf<TagFilter>());
        for (var round = 0; round < 2; round++)
        {
            Assert.That(cache.TryGet("SQL92", "a = ", out _, out var reason), Is.False);
            Assert.That(reason, Does.StartWith("position 5"));
        }
        cache.TryGet("SQL92", "a = 2", out _, out _);
        cache.TryGet("SQL92", "a = 3", out _, out _);
        Assert.That(cache.TryGet("SQL92", "a = 1", out again, out _), Is.True);
        Assert.That(again, Is.Not.SameAs(first));
    }
}
