using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Filtering;

/// <summary>
/// A tag subscription: <c>*</c>, or tags joined with <c>||</c>. A message has one tag, its TAGS property, and the
/// consume queue keeps its hash; so hashes decide first, and the record's own TAGS rule out collisions.
/// </summary>
public sealed class TagFilter : IMessageFilter
{
    public const string All = "*";

    /// <summary>What an absent, empty or <c>*</c> subscription gives: every message.</summary>
    public static readonly TagFilter MatchAll = new(All, [], []);

    private readonly bool _all;
    private readonly int[] _codes;
    private readonly byte[][] _tags;

    private TagFilter(string expression, ImmutableArray<string> tags, ImmutableArray<int> codes)
    {
        Expression = expression;
        Tags = tags;
        Codes = codes;
        _all = expression == All;
        _codes = [.. codes];
        _tags = [.. tags.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>The subscription as given; <c>*</c> for an absent one.</summary>
    public string Expression { get; }

    /// <summary>Whether every message passes.</summary>
    public bool IsMatchAll => _all;

    /// <summary>tagsSet of the subscription: without duplicates, in the order given.</summary>
    public ImmutableArray<string> Tags { get; }

    /// <summary>codeSet of the subscription: Java hash codes of the tags.</summary>
    public ImmutableArray<int> Codes { get; }

    /// <summary>
    /// Reads a subscription as Apache clients do. Blanks between bars are skipped, so <c>" || "</c> is a subscription
    /// to nothing; bars alone are refused.
    /// </summary>
    public static bool TryParse(
        string? expression,
        [NotNullWhen(true)] out TagFilter? filter,
        [NotNullWhen(false)] out string? reason)
    {
        reason = null;
        if (string.IsNullOrEmpty(expression) || expression == All)
        {
            filter = MatchAll;
            return true;
        }
        if (expression.Length % 2 == 0 && expression.AsSpan().TrimEnd('|').IsEmpty)
        {
            filter = null;
            reason = $"tag subscription '{expression}' names no tag: give tags joined with ||, or * for all";
            return false;
        }
        var tags = expression.Split("||").Select(TrimAsJava).Where(tag => tag.Length > 0).Distinct().ToImmutableArray();
        filter = new TagFilter(expression, tags, [.. tags.Select(tag => JavaHash.Of(tag)).Distinct()]);
        return true;
    }

    /// <summary>
    /// A subscription whose sets the client worked out itself and sent in its heartbeat. They are taken as they come:
    /// a set the client left empty does not narrow anything at its step.
    /// </summary>
    public static TagFilter FromSets(string? expression, IEnumerable<string> tags, IEnumerable<int> codes) =>
        string.IsNullOrEmpty(expression) ? MatchAll : new TagFilter(expression, [.. tags], [.. codes]);

    /// <summary>Only the low 32 bits count: the hash is an int that consume queues store sign-extended.</summary>
    public bool MayMatch(long tagsCode) => _all || Array.IndexOf(_codes, (int)tagsCode) >= 0;

    /// <summary>True as well when the subscription names no tags: then the codes have decided.</summary>
    public bool Matches(ReadOnlySpan<byte> properties)
    {
        if (_all || _tags.Length == 0)
            return true;
        if (!PropertyText.TryFind(properties, PropertyNames.Utf8.Tags, out var messageTag))
            return false;
        foreach (var tag in _tags)
        {
            if (messageTag.SequenceEqual(tag))
                return true;
        }
        return false;
    }

    public override string ToString() => Expression;

    private static string TrimAsJava(string tag)
    {
        var span = tag.AsSpan();
        while (span.Length > 0 && span[0] <= ' ')
            span = span[1..];
        while (span.Length > 0 && span[^1] <= ' ')
            span = span[..^1];
        return span.ToString();
    }
}
