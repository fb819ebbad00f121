using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Filtering.Sql;

/// <summary>A part of a compiled expression. Immutable; evaluation allocates nothing.</summary>
/// <param name="depth">Nodes on the longest way down, this one counted: evaluation recurses that deep.</param>
internal abstract class SqlNode(int depth)
{
    public int Depth { get; } = depth;

    /// <param name="properties">As in <see cref="IMessageFilter.Matches"/>.</param>
    public abstract SqlValue Evaluate(ReadOnlySpan<byte> properties);
}

/// <summary>A number or text as written in the expression.</summary>
internal sealed class LiteralNode : SqlNode
{
    private readonly SqlKind _kind;
    private readonly long _integer;
    private readonly double _fraction;
    private readonly byte[] _text = [];

    public LiteralNode(long value) : base(1)
    {
        _kind = value is >= int.MinValue and <= int.MaxValue ? SqlKind.Int : SqlKind.Long;
        _integer = value;
    }

    public LiteralNode(double value) : base(1)
    {
        _kind = SqlKind.Double;
        _fraction = value;
    }

    public LiteralNode(string text) : base(1)
    {
        _kind = SqlKind.Text;
        _text = Encoding.UTF8.GetBytes(text);
    }

    public bool IsText => _kind == SqlKind.Text;

    public SqlValue Value => _kind switch
    {
        SqlKind.Text => SqlValue.Of(_text),
        SqlKind.Double => SqlValue.Of(_fraction),
        _ => SqlValue.Of(_kind, _integer),
    };

    public override SqlValue Evaluate(ReadOnlySpan<byte> properties) => Value;
}

/// <summary>The message's property of that name: a text, or null if the message has none.</summary>
internal sealed class PropertyNode(string name) : SqlNode(1)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);

    public override SqlValue Evaluate(ReadOnlySpan<byte> properties) =>
        PropertyText.TryFind(properties, _name, out var value) ? SqlValue.Of(value) : SqlValue.Null;
}

internal sealed class NegateNode(SqlNode operand) : SqlNode(operand.Depth + 1)
{
    public override SqlValue Evaluate(ReadOnlySpan<byte> properties) => operand.Evaluate(properties).Negate();
}
