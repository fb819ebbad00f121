using System.Reflection;
using Newtonsoft.Json.Serialization;

namespace RocketMQ.Protocol.Json;

/// <summary>Reads and writes a property through delegates, which unlike generated code cost nothing to make.</summary>
internal static class PropertyAccess
{
    /// <returns><see langword="null"/> for anything but a property of a class.</returns>
    public static IValueProvider? Create(MemberInfo member) => member is PropertyInfo { DeclaringType: { IsValueType: false } declaring } property
        ? (IValueProvider)Activator.CreateInstance(typeof(Of<,>).MakeGenericType(declaring, property.PropertyType), property)!
        : null;

    private sealed class Of<TObject, TValue>(PropertyInfo property) : IValueProvider
        where TObject : class
    {
        private readonly Func<TObject, TValue>? _get = property.GetMethod?.CreateDelegate<Func<TObject, TValue>>();
        private readonly Action<TObject, TValue>? _set = property.SetMethod?.CreateDelegate<Action<TObject, TValue>>();

        public object? GetValue(object target) => _get!((TObject)target);

        public void SetValue(object target, object? value) => _set!((TObject)target, (TValue)value!);
    }
}
