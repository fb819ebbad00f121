

namespace RocketMQ.Broker.Filtering.Sql;

/// <summary>A value during evaluation; text points into the record's properties or into the compiled literal.</summary>
internal readonly ref struct SqlValue
{
    private readonly long _bits;

    private SqlValue(SqlKind kind, long bits)
    {
        Kind = kind;
        _bits = bits;
    }

    private SqlValue(ReadOnlySpan<byte> text)
    {
        Kind = SqlKind.Text;
        Text = text;
    }

    public static SqlValue Null => default;

    public SqlKind Kind { get; }

    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; }

    public bool IsNumber => Kind is SqlKind.Int or SqlKind.Long or SqlKind.Double;

    /// <summary>Of an Int or Long.</summary>
    public long Integer => _bits;

    /// <summary>Of any number.</summary>
    public double Double => Kind == SqlKind.Double ? BitConverter.Int64BitsToDouble(_bits) : _bits;

    public bool Truth => _bits != 0;

    public static SqlValue Of(ReadOnlySpan<byte> text) => new(text);

    public static SqlValue Of(double value) => new(SqlKind.Double, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Of an Int or a Long.</summary>
    public static SqlValue Of(SqlKind kind, long value) => new(kind, value);

    public static SqlValue Of(SqlTruth truth) => truth switch
    {
        SqlTruth.Unknown => default,
        SqlTruth.Error => new SqlValue(SqlKind.Error, 0),
        _ => new SqlValue(SqlKind.Truth, truth == SqlTruth.True ? 1 : 0),
    };

    /// <summary>Only numbers have a negative; anything else gives null, a property too, whatever it reads.</summary>
    public SqlValue Negate() => Kind switch
    {
        SqlKind.Int or SqlKind.Long => new SqlValue(Kind, unchecked(-_bits)),
        SqlKind.Double => Of(-Double),
        SqlKind.Error => this,
        _ => default,
    };
}
